// A failure while there still is something to show: above it, not instead of it. What will fail again as it is offers no
// second try.
import { WarningIcon } from "@phosphor-icons/react/Warning";
import type { Failure } from "../api/failure.ts";

export function FailureBar({ failure, retry }: { readonly failure: Failure; readonly retry: () => void }) {
  return (
    <div
      role="alert"
      className="flex shrink-0 flex-wrap items-center gap-x-2 border-b border-kumo-line bg-kumo-warning-tint px-3 py-1.5 text-xs sm:px-4"
    >
      <WarningIcon size={14} weight="fill" className="shrink-0 text-kumo-warning" />
      <span className="font-medium">{failure.message}</span>
      <span className="text-kumo-subtle">{failure.remedy}</span>
      {failure.isPassing && (
        <button
          type="button"
          onClick={retry}
          className="ml-auto cursor-pointer rounded text-kumo-link underline"
        >
          Try again
        </button>
      )}
    </div>
  );
}
