// What the command line prints: a banner of addresses, one line a request, the Worker's own output. Colour only where a
// person looks at a terminal that shows it (NO_COLOR and pipes get plain text).
import { styleText } from "node:util";
import type { StoredEntry } from "@enterspan/backend";

type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  banner(title: string, rows: [label: string, value: string, note?: string][]): void;
  request(entry: StoredEntry, url: string, showsService: boolean): void;
  /** `worker` where there are several. */
  log(level: string, message: string, worker?: string): void;
  note(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const LEVEL_STYLES: Record<string, Style> = { error: "red", warn: "yellow", debug: "gray" };

export function createTerminal(
  out: NodeJS.WriteStream = process.stdout,
  err: NodeJS.WriteStream = process.stderr,
): Terminal {
  const paint = (style: Style, text: string, stream = out) => styleText(style, text, { stream });
  const print = (line: string) => void out.write(`${line}\n`);

  return {
    banner(title, rows) {
      const width = Math.max(...rows.map(([label]) => label.length));
      print(`\n  ${paint("bold", title)}\n`);
      for (const [label, value, note] of rows) {
        print(
          `  ${paint("dim", label.padEnd(width))}   ${paint("cyan", value)}${note ? `   ${paint("dim", note)}` : ""}`,
        );
      }
      print("");
    },
    request(entry, url, showsService) {
      const failed = entry.statusCode === 2;
      const status =
        entry.httpStatusCode === undefined ? (failed ? "error" : "ok") : String(entry.httpStatusCode);
      const parts = [
        paint("dim", clockTime(entry.startTimeUnixNano)),
        ...(showsService ? [paint("dim", printable(entry.service))] : []),
        paint("bold", printable(entry.name)),
        paint(failed ? "red" : "green", status),
        formatDuration(entry.startTimeUnixNano, entry.endTimeUnixNano),
        paint("dim", url),
      ];
      print(parts.join("  "));
    },
    log(level, message, worker) {
      const style = LEVEL_STYLES[level];
      const label = paint(style ?? "dim", level.padEnd(5)) + (worker ? `  ${paint("dim", worker)}` : "");
      print(
        `${message
          .split("\n")
          .map((text, i) => (i === 0 ? `  ${label}  ${text}` : `         ${text}`))
          .join("\n")}`,
      );
    },
    note: (message) => print(paint("dim", message)),
    warn: (message) => void err.write(`${paint("yellow", message, err)}\n`),
    error: (message) => void err.write(`${paint("red", "error", err)}  ${message}\n`),
  };
}

/** Names come from whoever sends: a control character (C0, C1, delete) in one could rewrite the terminal. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, "\ufffd");

/** Three significant digits in the unit that fits. A clock of whole milliseconds cannot tell less than one. */
export function formatDuration(startUnixNano: bigint, endUnixNano: bigint): string {
  const isWhole = startUnixNano % 1_000_000n === 0n && endUnixNano % 1_000_000n === 0n;
  if (isWhole && startUnixNano === endUnixNano) return "<1 ms";
  const ns = Number(endUnixNano - startUnixNano);
  for (const [unit, size] of [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
  ] as const) {
    const rounded = Number((ns / size).toPrecision(3));
    if (rounded >= 1) return `${rounded} ${unit}`;
  }
  return `${ns} ns`;
}

/** Local time of day with milliseconds. */
function clockTime(unixNano: bigint): string {
  const date = new Date(Number(unixNano / 1_000_000n));
  const pad = (value: number, width = 2) => String(value).padStart(width, "0");
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}
