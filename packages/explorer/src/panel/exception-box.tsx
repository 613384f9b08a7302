// An exception with its stack trace.
import { WarningCircleIcon } from "@phosphor-icons/react/WarningCircle";
import { CopyButton } from "../shell/copy-button.tsx";
import { formatOffset } from "../trace/duration.ts";
import type { Exception } from "../trace/exception.ts";
import { tabStopOf } from "./tab-stop.ts";

export function ExceptionBox({ exception }: { readonly exception: Exception }) {
  const { type, message, stacktrace, event } = exception;
  const title = [type, message].filter(Boolean).join(": ") || "Exception";
  // Most stacks begin with what the title already says.
  const frames = stacktrace.startsWith(title)
    ? stacktrace.slice(title.length).replace(/^\n/, "")
    : stacktrace;
  return (
    <section className="mb-3 overflow-hidden rounded-md border border-kumo-danger/40">
      <header className="flex items-start gap-2 bg-kumo-danger-tint px-2.5 py-2">
        <WarningCircleIcon
          size={15}
          weight="fill"
          aria-label="Exception"
          className="mt-0.5 shrink-0 text-kumo-danger"
        />
        <h3
          tabIndex={tabStopOf(title)}
          className="max-h-40 min-w-0 flex-1 overflow-auto text-sm font-medium wrap-anywhere text-kumo-danger"
        >
          {title}
        </h3>
        <span className="figures shrink-0 text-xs text-kumo-subtle">{formatOffset(event.time)}</span>
        <CopyButton what="exception" text={() => stacktrace || title} />
      </header>
      {frames !== "" && (
        <pre className="max-h-80 overflow-auto px-2.5 py-2 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
          {frames}
        </pre>
      )}
    </section>
  );
}
