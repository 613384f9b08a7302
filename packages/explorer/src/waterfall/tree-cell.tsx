// The left cell of a row: indentation, fold button, colour, name, and what is unusual about the span.

import { CaretRightIcon } from "@phosphor-icons/react/CaretRight";
import { ClockIcon } from "@phosphor-icons/react/Clock";
import { HourglassIcon } from "@phosphor-icons/react/Hourglass";
import { LinkBreakIcon } from "@phosphor-icons/react/LinkBreak";
import { WarningCircleIcon } from "@phosphor-icons/react/WarningCircle";
import { memo, type ReactNode } from "react";
import { indentLevels, indentOf } from "../trace/geometry.ts";
import type { Span } from "../trace/model.ts";
import { targetOf } from "../trace/target.ts";
import type { Pixels } from "../trace/time.ts";
import type { Flaw } from "../trace/tree.ts";
import { FLAW_TEXT, UNFINISHED_TEXT } from "../trace/warnings.ts";

/** On a narrow screen the name needs the room: the sign says it, and the panel in words. */
const WORD = "max-sm:sr-only";

interface TreeCellProps {
  readonly span: Span;
  readonly depth: number;
  readonly flaw: Flaw | undefined;
  /** In words, where it begins before its parent. */
  readonly skew: string | undefined;
  /** A span below has failed. */
  readonly hasErrorBelow: boolean;
  /** The root of another invocation. */
  readonly isBoundary: boolean;
  /** Spans folded away below this one. */
  readonly hidden: number;
  readonly isFoldable: boolean;
  readonly isCollapsed: boolean;
  readonly isMatch: boolean;
  readonly width: Pixels;
  readonly setFolded: (key: string, isCollapsed: boolean) => void;
}

export const TreeCell = memo(function TreeCell(props: TreeCellProps) {
  const { span, depth, flaw, skew, hasErrorBelow, isBoundary, hidden } = props;
  const { isFoldable, isCollapsed, isMatch, width, setFolded } = props;
  const levels = indentLevels(width);
  const indent = indentOf(depth, levels);
  const target = targetOf(span);
  return (
    <div
      role="gridcell"
      className="relative flex shrink-0 items-center gap-1.5 overflow-hidden pr-2"
      style={{ width, paddingLeft: 6 + indent }}
    >
      <span
        aria-hidden
        className="tree-guides pointer-events-none absolute inset-y-0"
        style={{ left: 14, width: indent }}
      />
      {isFoldable ? (
        <button
          type="button"
          tabIndex={-1}
          aria-label={`${isCollapsed ? "Expand" : "Collapse"} ${span.title}`}
          // Larger than it looks, to be hit.
          className="relative grid size-4 shrink-0 cursor-pointer place-items-center rounded text-kumo-subtle before:absolute before:-inset-1.5 hover:bg-kumo-fill"
          onClick={(event) => {
            event.stopPropagation();
            setFolded(span.key, !isCollapsed);
          }}
        >
          <CaretRightIcon size={11} weight="bold" className={isCollapsed ? "" : "rotate-90"} />
        </button>
      ) : (
        <span className="size-4 shrink-0" />
      )}
      {span.status === "error" ? (
        <WarningCircleIcon size={14} weight="fill" aria-label="Error" className="shrink-0 text-kumo-danger" />
      ) : hasErrorBelow ? (
        <WarningCircleIcon size={14} aria-label="Error below" className="shrink-0 text-kumo-danger" />
      ) : (
        <span aria-hidden className="swatch mx-[3px] size-2 shrink-0 rounded-xs" />
      )}
      {depth > levels && <span className="figures shrink-0 text-xs text-kumo-subtle">{depth}</span>}
      <span className="truncate">
        <span
          title={span.title}
          className={`${span.status === "error" ? "text-kumo-danger" : ""} ${isMatch ? "rounded-xs bg-kumo-warning-tint outline-1 outline-kumo-warning" : ""}`}
        >
          {span.title}
        </span>
        {target !== "" && (
          <span title={target} className="pl-1.5 text-xs text-kumo-subtle max-sm:hidden">
            {target}
          </span>
        )}
      </span>
      {hidden > 0 && (
        <span
          className="figures shrink-0 rounded bg-kumo-tint px-1 text-xs text-kumo-subtle"
          title={`${hidden} spans folded away`}
        >
          {hidden.toLocaleString("en-US")}
        </span>
      )}
      {isBoundary && (
        <span
          title={`An invocation of ${span.service}`}
          className="min-w-8 shrink truncate rounded bg-kumo-tint px-1 text-[11px] leading-4 text-kumo-subtle max-sm:hidden"
        >
          {span.service}
        </span>
      )}
      {skew !== undefined && (
        <Flag title={skew}>
          <ClockIcon size={11} aria-hidden />
          <span className={WORD}>skew</span>
        </Flag>
      )}
      {flaw !== undefined && (
        <Flag title={FLAW_TEXT[flaw]}>
          <LinkBreakIcon size={11} aria-hidden />
          <span className={WORD}>{flaw}</span>
        </Flag>
      )}
      {span.isUnfinished && (
        <Flag title={UNFINISHED_TEXT}>
          <HourglassIcon size={11} aria-hidden />
          <span className={WORD}>unfinished</span>
        </Flag>
      )}
    </div>
  );
});

function Flag({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <span
      title={title}
      className="flex shrink-0 items-center gap-0.5 rounded border border-dashed border-kumo-warning px-1 text-[11px] leading-4 text-kumo-warning"
    >
      {children}
    </span>
  );
}
