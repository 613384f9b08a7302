// The panel's title and what can be taken away from it.
import { Button } from "@cloudflare/kumo/components/button";
import { XIcon } from "@phosphor-icons/react/X";
import { CopyButton } from "../shell/copy-button.tsx";
import { serviceHue } from "../theme/palette.ts";
import type { Span } from "../trace/model.ts";
import { StatusChip } from "../traces/status-chip.tsx";

interface PanelHeadProps {
  readonly span: Span;
  readonly close: () => void;
}

export function PanelHead({ span, close }: PanelHeadProps) {
  return (
    <header className="shrink-0 border-b border-kumo-line px-4 pt-2.5 pb-3">
      <div className="flex items-start gap-2">
        {/* A longer name is among the ids below, to copy. */}
        <h2
          title={span.title}
          className="line-clamp-4 min-w-0 flex-1 pt-0.5 text-base font-semibold wrap-anywhere text-kumo-strong"
        >
          {span.title}
        </h2>
        <Button
          variant="ghost"
          size="sm"
          shape="square"
          aria-label="Close (Esc)"
          title="Close (Esc)"
          icon={<XIcon size={16} />}
          onClick={close}
        />
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-2 text-xs text-kumo-subtle">
        <span title={span.service} className="flex min-w-0 items-center gap-1.5">
          <span className="swatch size-2 shrink-0 rounded-xs" style={{ "--hue": serviceHue(span.service) }} />
          <span className="truncate">{span.service}</span>
        </span>
        <span>{span.product}</span>
        {span.kind !== "unspecified" && <span>{span.kind}</span>}
        {span.status !== "unset" && <StatusChip status={span.status} httpStatus={undefined} />}
        <span className="ml-auto flex gap-1.5">
          <CopyButton what="link to this span" label="Link" text={() => location.href} />
          <CopyButton
            what="this span as JSON"
            label="JSON"
            text={() => JSON.stringify(span.source, null, 2)}
          />
        </span>
      </div>
    </header>
  );
}
