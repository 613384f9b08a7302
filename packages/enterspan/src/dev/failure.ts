// Puts what wrangler tells of a failure into the one line that a user needs: their own error, without workerd's log
// records around it.
import { oneLine } from "../errors.ts";
import type { StructuredLog, WranglerError } from "../wrangler.ts";

export function describe({ message, reason, cause }: WranglerError): string {
  const said = [reason, cause instanceof Error ? cause.message : message].filter(Boolean).join(": ");
  return oneLine(said) || "wrangler failed and did not say at what";
}

/** What workerd said when it refused to start the Worker; undefined for any other failure. */
export function refusalOf({ message = "", cause }: WranglerError): string | undefined {
  const [, stderr] = (cause instanceof Error ? cause.message : message).split("Runtime stderr:");
  if (stderr === undefined) return undefined;
  const said = stderr.split("\n").map(recordedMessage).filter(Boolean);
  return said.length === 0 ? undefined : [...new Set(said)].join("; ");
}

/** Whether workerd logs here what it refuses to start for: the same is told again, as a failure. */
export const isRefusal = ({ level, message }: StructuredLog): boolean =>
  level === "error" && SERVICE.test(message);

const SERVICE = /^service core:user:[^\s]*: /;

/** The message in one of workerd's log records. Its stack is left out: it points into the bundle. */
function recordedMessage(record: string): string {
  let message = record;
  try {
    message = String((JSON.parse(record) as { message?: unknown }).message ?? "");
  } catch {
    // A line of another form is taken as it is.
  }
  return oneLine(message.replace(SERVICE, "").replace(/^\s+at .*$/gm, ""));
}
