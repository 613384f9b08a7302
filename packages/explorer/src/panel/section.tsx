// A part of the panel that can be folded. Which are is in the address, and stays from span to span.
import { CaretRightIcon } from "@phosphor-icons/react/CaretRight";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";

const route = getRouteApi("/traces/$traceId");

interface SectionProps {
  /** In the address. */
  readonly name: string;
  readonly title: string;
  readonly count?: number;
  /** How many more there were that the sender left out. */
  readonly dropped?: number;
  /** Until the reader says otherwise. */
  readonly isClosed?: boolean;
  readonly children: ReactNode;
}

export function Section({ name, title, count, dropped = 0, isClosed = false, children }: SectionProps) {
  const { sections } = route.useSearch();
  const navigate = route.useNavigate();
  const turned = sections?.split(".") ?? [];
  const isOpen = turned.includes(name) === isClosed;
  const turn = (): void => {
    const after = turned.includes(name) ? turned.filter((other) => other !== name) : [...turned, name];
    void navigate({
      search: (before) => ({ ...before, sections: after.join(".") || undefined }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <details
      open={isOpen}
      className="group border-t border-kumo-hairline"
      onToggle={(event) => event.currentTarget.open !== isOpen && turn()}
    >
      <summary className="flex h-9 cursor-pointer list-none items-center gap-1.5 px-4 text-sm font-medium text-kumo-strong hover:bg-(--row-hover)">
        <CaretRightIcon size={11} weight="bold" className="text-kumo-subtle group-open:rotate-90" />
        {title}
        {count !== undefined && (
          <span className="figures font-normal text-kumo-subtle">{count.toLocaleString("en-US")}</span>
        )}
        {dropped > 0 && (
          <span className="figures ml-auto text-xs font-normal text-kumo-warning">
            {dropped.toLocaleString("en-US")} dropped
          </span>
        )}
      </summary>
      <div className="px-4 pb-3">{children}</div>
    </details>
  );
}
