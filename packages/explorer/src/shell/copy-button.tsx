// Copies a text and says for a moment that it did.
import { Button } from "@cloudflare/kumo/components/button";
import { CheckIcon } from "@phosphor-icons/react/Check";
import { CopyIcon } from "@phosphor-icons/react/Copy";
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { useEffect, useState } from "react";
import { copyText } from "./clipboard.ts";

const SHOWN_MS = 1_500;
type Outcome = "idle" | "copied" | "failed";

interface CopyButtonProps {
  /** What is copied: "trace id", "value of http.route". */
  readonly what: string;
  /** Called when pressed, so that a large text is only made when it is wanted. */
  readonly text: () => string;
  /** Shown beside the icon; without it the button is an icon. */
  readonly label?: string;
  readonly className?: string;
}

export function CopyButton({ what, text, label, className = "" }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<Outcome>("idle");
  useEffect(() => {
    if (outcome === "idle") return;
    const timer = setTimeout(() => setOutcome("idle"), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => setOutcome((await copyText(text())) ? "copied" : "failed");
  const Icon = outcome === "copied" ? CheckIcon : outcome === "failed" ? WarningIcon : CopyIcon;
  const said = { idle: `Copy ${what}`, copied: "Copied", failed: "Copying was refused by the browser" }[
    outcome
  ];
  const shared = { "aria-label": said, title: said, className, onClick: () => void copy() };
  if (label === undefined) {
    return <Button {...shared} variant="ghost" size="xs" shape="square" icon={<Icon size={13} />} />;
  }
  return (
    <Button {...shared} variant="secondary" size="sm" icon={<Icon size={14} />}>
      {outcome === "copied" ? "Copied" : label}
    </Button>
  );
}
