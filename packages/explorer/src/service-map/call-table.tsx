// The calls between services as a table.
import { Link } from "@tanstack/react-router";
import type { TimeSearch } from "../addresses.ts";
import { formatDuration } from "../trace/duration.ts";
import { errorShare, type ServiceCall, shownService } from "./calls.ts";

interface CallTableProps {
  readonly calls: readonly ServiceCall[];
  readonly time: TimeSearch;
}

const COLUMNS = ["From", "To", "Calls", "Errors", "Median", "p95"] as const;

export function CallTable({ calls, time }: CallTableProps) {
  return (
    <table className="w-full max-w-480 text-sm">
      <caption className="sr-only">Calls between services</caption>
      <thead className="text-xs text-kumo-subtle">
        <tr className="border-b border-kumo-line">
          {COLUMNS.map((name, index) => (
            <th
              key={name}
              scope="col"
              className={`h-8 px-2 font-medium sm:px-4 ${index < 2 ? "text-left" : "text-right"}`}
            >
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="figures">
        {calls.map((call) => (
          <tr
            key={`${call.caller}\n${call.callee}`}
            className="border-b border-kumo-hairline hover:bg-(--row-hover)"
          >
            <td className="max-w-40 truncate px-2 py-1.5 sm:px-4">
              {call.caller === "" ? (
                <span className="text-kumo-subtle">outside</span>
              ) : (
                shownService(call.caller)
              )}
            </td>
            <td className="max-w-40 truncate px-2 sm:px-4">
              <Link
                to="/"
                search={{ ...time, service: call.callee }}
                className="text-kumo-link hover:underline"
              >
                {shownService(call.callee)}
              </Link>
            </td>
            <td className="px-2 text-right sm:px-4">{call.count.toLocaleString("en-US")}</td>
            <td
              className={`px-2 text-right sm:px-4 ${call.errors > 0 ? "font-medium text-kumo-danger" : "text-kumo-subtle"}`}
            >
              {call.errors.toLocaleString("en-US")}
              {call.errors > 0 && <span className="max-sm:hidden"> · {errorShare(call)}</span>}
            </td>
            <td className="px-2 text-right whitespace-nowrap sm:px-4">{formatDuration(call.p50)}</td>
            <td className="px-2 text-right whitespace-nowrap sm:px-4">{formatDuration(call.p95)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
