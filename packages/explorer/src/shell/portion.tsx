// The beginning of a list that may be very long, and the rest of it a part at a time: ten thousand attributes at once would
// hold up the page for seconds.
import { Button } from "@cloudflare/kumo/components/button";
import { type ReactNode, useState } from "react";

interface PortionProps<Item> {
  readonly items: readonly Item[];
  /** How many are shown at first. */
  readonly size: number;
  /** How many more each time; as many as at first by default. */
  readonly step?: number;
  /** In the plural: "attributes". */
  readonly what: string;
  readonly children: (shown: readonly Item[]) => ReactNode;
}

export function Portion<Item>({ items, size, step = size, what, children }: PortionProps<Item>) {
  const [limit, setLimit] = useState(size);
  const rest = items.length - limit;
  return (
    <>
      {children(items.slice(0, limit))}
      {rest > 0 && (
        <p className="figures my-2 flex items-center gap-3 text-xs text-kumo-subtle">
          <Button size="sm" onClick={() => setLimit(limit + step)}>
            Show {Math.min(rest, step).toLocaleString("en-US")} more {what}
          </Button>
          {rest > step && `of ${rest.toLocaleString("en-US")}`}
        </p>
      )}
    </>
  );
}
