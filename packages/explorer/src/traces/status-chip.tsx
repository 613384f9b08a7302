// How a trace or span ended: the HTTP status where there is one, and whether it is an error. Never by colour alone.
import { WarningCircleIcon } from "@phosphor-icons/react/WarningCircle";

interface StatusChipProps {
  readonly status: "unset" | "ok" | "error";
  readonly httpStatus: number | undefined;
}

export function StatusChip({ status, httpStatus }: StatusChipProps) {
  const isError = status === "error";
  if (!isError && httpStatus === undefined) {
    return <span className="text-xs text-kumo-subtle">{status === "ok" ? "OK" : "–"}</span>;
  }
  return (
    <span
      className={`figures inline-flex h-5 items-center gap-1 rounded px-1.5 text-xs font-medium ${tone(isError, httpStatus)}`}
    >
      {isError && <WarningCircleIcon size={13} weight="fill" aria-hidden />}
      {httpStatus ?? "Error"}
      {isError && httpStatus !== undefined && <span className="sr-only">error</span>}
    </span>
  );
}

function tone(isError: boolean, httpStatus: number | undefined): string {
  if (isError) return "bg-kumo-danger-tint text-kumo-danger";
  if (httpStatus !== undefined && httpStatus >= 400) return "bg-kumo-warning-tint text-kumo-warning";
  return "bg-kumo-success-tint text-kumo-success";
}
