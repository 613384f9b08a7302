// The numbers of a query, a row a group, each with the way to its traces.
import { Link } from "@tanstack/react-router";
import type { TracesSearch } from "../addresses.ts";
import { formatValue } from "./format-value.ts";
import { lineHue } from "./line-hue.ts";
import { nameOf, type Visualisation } from "./query.ts";
import type { Group } from "./run.ts";

interface ResultTableProps {
  readonly shown: readonly Visualisation[];
  readonly by: readonly string[];
  readonly groups: readonly Group[];
  readonly tracesOf: (group: Group) => TracesSearch;
}

export function ResultTable({ shown, by, groups, tracesOf }: ResultTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section aria-label="Table" tabIndex={0} className="relative overflow-x-auto">
      <table className="w-full max-w-480 text-sm">
        <caption className="sr-only">Numbers by group</caption>
        <thead className="text-xs text-kumo-subtle">
          <tr className="border-b border-kumo-line">
            {by.map((key, index) => (
              <th key={`${key}${index}`} scope="col" className="h-8 px-3 text-left font-medium sm:px-4">
                {key}
              </th>
            ))}
            {shown.map((part, index) => (
              <th
                key={index}
                scope="col"
                className="h-8 px-3 text-right font-medium whitespace-nowrap sm:px-4"
              >
                {nameOf(part)}
              </th>
            ))}
            <th scope="col" className="w-20 px-3 sm:px-4">
              <span className="sr-only">Traces</span>
            </th>
          </tr>
        </thead>
        <tbody className="figures">
          {groups.map((group, index) => (
            <tr key={group.id} className="border-b border-kumo-hairline hover:bg-(--row-hover)">
              {by.map((key, place) => {
                const part = group.parts.find((other) => other.key === key);
                return (
                  <td key={`${key}${place}`} className="max-w-80 truncate px-3 py-1.5 sm:px-4">
                    {place === 0 && (
                      <span
                        aria-hidden
                        className="swatch mr-2 inline-block size-2.5 rounded-xs"
                        style={{ "--hue": lineHue(index) }}
                      />
                    )}
                    {part === undefined ? (
                      <span className="text-kumo-subtle">none</span>
                    ) : (
                      String(part.value) || "(empty)"
                    )}
                  </td>
                );
              })}
              {shown.map((part, place) => (
                <td key={place} className="px-3 py-1.5 text-right whitespace-nowrap sm:px-4">
                  {formatValue(part, group.values[place])}
                </td>
              ))}
              <td className="px-3 text-right sm:px-4">
                <Link to="/" search={tracesOf(group)} className="text-kumo-link hover:underline">
                  Traces
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
