// Rows of a long list whose heights differ: those in sight, each measured as it appears.
import type { Virtualizer } from "@tanstack/react-virtual";
import type { ReactNode } from "react";

interface MeasuredRowsProps<Row> {
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  /** All of them. */
  readonly rows: readonly Row[];
  readonly children: (row: Row) => ReactNode;
}

export function MeasuredRows<Row>({ virtualizer, rows, children }: MeasuredRowsProps<Row>) {
  return (
    <ol className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ key, index, start }) => {
        const row = rows[index];
        return (
          row !== undefined && (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className="absolute inset-x-0"
              style={{ transform: `translateY(${start}px)` }}
            >
              {children(row)}
            </li>
          )
        );
      })}
    </ol>
  );
}
