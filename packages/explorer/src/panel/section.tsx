// A part of the panel that can be folded.
import { CaretRightIcon } from "@phosphor-icons/react/CaretRight";
import type { ReactNode } from "react";

interface SectionProps {
  readonly title: string;
  readonly count?: number;
  /** How many more there were that the sender left out. */
  readonly dropped?: number;
  readonly isClosed?: boolean;
  readonly children: ReactNode;
}

export function Section({ title, count, dropped = 0, isClosed = false, children }: SectionProps) {
  return (
    <details open={!isClosed} className="group border-t border-kumo-hairline">
      <summary className="flex h-9 cursor-pointer list-none items-center gap-1.5 px-4 text-sm font-medium text-kumo-strong hover:bg-(--row-hover)">
        <CaretRightIcon size={11} weight="bold" className="text-kumo-subtle group-open:rotate-90" />
        {title}
        {count !== undefined && (
          <span className="figures font-normal text-kumo-subtle">{count.toLocaleString("en-US")}</span>
        )}
        {dropped > 0 && (
          <span className="figures ml-auto text-xs font-normal text-kumo-warning">
            {dropped.toLocaleString("en-US")} dropped
          </span>
        )}
      </summary>
      <div className="px-4 pb-3">{children}</div>
    </details>
  );
}
