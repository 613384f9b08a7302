// The coverage as a page of the docs, and as lines for a terminal.
import type { Row, Section } from "./coverage.ts";

const TITLE = `# What of the catalogue is covered

Each span and attribute that Workers tracing has, by what the [conformance cases](../conformance/README.md) show: whether
the open-source runtime's own tracing has it on a developer's machine, whether enterspan has it under \`enterspan dev\`, and
whether the values were the same in every case. Written by \`npm run conformance\`; a test holds it to what the cases show.
`;

interface Totals {
  rows: number;
  runtime: number;
  enterspan: number;
  both: number;
  equal: number;
}

function totalsOf(sections: Section[]): Totals {
  const rows = sections.flatMap((section) => section.rows);
  const count = (test: (row: Row) => boolean) => rows.filter(test).length;
  return {
    rows: rows.length,
    runtime: count(({ runtime }) => runtime),
    enterspan: count(({ enterspan }) => enterspan),
    both: count(({ equal }) => equal !== undefined),
    equal: count(({ equal }) => equal === true),
  };
}

export function coveragePage(sections: Section[]): string {
  const notes: string[] = [];
  const noteOf = (reason: string) => {
    if (!notes.includes(reason)) notes.push(reason);
    return `[${notes.indexOf(reason) + 1}](#notes)`;
  };
  const tables = sections.map(({ title, origin, rows }) => {
    const note =
      origin === "docs" ? "\n\nDocumented; the open-source runtime does not make it, only Cloudflare's." : "";
    const lines = rows.map(
      (row) =>
        `| \`${row.key}\` | ${mark(row.runtime)} | ${mark(row.enterspan)} | ${equality(row)} | ${row.reasons.map(noteOf).join(" ")} |`,
    );
    return `## ${title}${note}\n\n| key | runtime | enterspan | equal | why not |\n| --- | --- | --- | --- | --- |\n${lines.join("\n")}`;
  });
  const { rows, runtime, enterspan, both, equal } = totalsOf(sections);
  const summary = `Of ${rows} keys the runtime shows ${runtime} and enterspan ${enterspan}. Both show ${both}, of which ${equal} are equal in every case.`;
  const listed = notes.map((note, index) => `${index + 1}. ${note}`).join("\n");
  return `${TITLE}\n${summary}\n\n${tables.join("\n\n")}\n\n## Notes\n\n${listed}\n`;
}

/** One line a span, and below it every key that is not equal, with the reason. */
export function coverageLines(sections: Section[]): string {
  const lines = sections.flatMap(({ title, origin, rows }) => {
    const keys = (test: (row: Row) => boolean) => String(rows.filter(test).length).padStart(3);
    const head = `${title.padEnd(44)}${keys(() => true)} keys  runtime ${keys((row) => row.runtime)}  enterspan ${keys((row) => row.enterspan)}  equal ${keys((row) => row.equal === true)}${origin === "docs" ? "  (documented only)" : ""}`;
    const differing = rows.filter(
      ({ equal, enterspan }) => equal !== true && !(origin === "docs" && enterspan),
    );
    return [
      head,
      ...differing.map(
        (row) =>
          `    ${row.key.padEnd(50)} ${mark(row.runtime)} ${mark(row.enterspan)}  ${row.reasons.join("; ") || "no reason is known"}`,
      ),
    ];
  });
  return lines.join("\n");
}

const mark = (has: boolean): string => (has ? "✓" : "–");

function equality({ equal }: Row): string {
  return equal === undefined ? "" : equal ? "✓" : "✗";
}
