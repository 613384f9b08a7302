// The trace as OTLP/JSON, to copy and to take away.
import { Button } from "@cloudflare/kumo/components/button";
import { DownloadSimpleIcon } from "@phosphor-icons/react/DownloadSimple";
import { useMemo } from "react";
import { otlpJsonOf } from "../api/otlp-json.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import type { Trace } from "../trace/model.ts";

/** More text than this in one element holds up the page. */
const SHOWN_CHARACTERS = 200_000;
/** From this many spans on lines and indentation would double a text of tens of megabytes. */
const MAX_INDENTED_SPANS = 5_000;

export default function RawView({ trace }: { readonly trace: Trace }) {
  const text = useMemo(
    () => JSON.stringify(otlpJsonOf(trace), null, trace.spans.length > MAX_INDENTED_SPANS ? 0 : 2),
    [trace],
  );
  const rest = text.length - SHOWN_CHARACTERS;
  return (
    <section aria-label="Raw" className="flex min-h-0 min-w-0 flex-1 flex-col bg-kumo-base">
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-kumo-line px-3 py-1.5 text-xs text-kumo-subtle sm:px-4">
        OTLP/JSON, {(text.length / 1_000).toLocaleString("en-US", { maximumFractionDigits: 0 })} kB
        {rest > 0 && <span>; the beginning is shown, all of it is copied and downloaded</span>}
        <span className="ml-auto flex gap-2">
          <CopyButton what="the trace as JSON" label="Copy" text={() => text} />
          <Button
            variant="secondary"
            size="sm"
            icon={<DownloadSimpleIcon size={14} />}
            onClick={() => download(`trace-${trace.traceId}.json`, text)}
          >
            Download
          </Button>
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys. */}
      <pre tabIndex={0} data-scrolls className="min-h-0 flex-1 overflow-auto p-3 font-mono text-xs sm:p-4">
        {text.slice(0, SHOWN_CHARACTERS)}
        {rest > 0 && "\n…"}
      </pre>
    </section>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the time the link has been followed.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
