// What is not as it should be about a span: said by its sender, or told by how it fits the trace.
import { WarningIcon } from "@phosphor-icons/react/Warning";

export function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul aria-label="Warnings" className="mx-4 mb-3 grid gap-1 rounded-md bg-kumo-warning-tint p-2.5 text-xs">
      {warnings.map((warning) => (
        <li key={warning} className="flex items-start gap-1.5">
          <WarningIcon size={14} weight="fill" aria-hidden className="mt-[3px] shrink-0 text-kumo-warning" />
          <span className="min-w-0 wrap-anywhere">{warning}</span>
        </li>
      ))}
    </ul>
  );
}
