// What can be done with the waterfall: find, step through errors, fold, colour.
import { Button } from "@cloudflare/kumo/components/button";
import { Input } from "@cloudflare/kumo/components/input";
import { ArrowsInLineVerticalIcon } from "@phosphor-icons/react/ArrowsInLineVertical";
import { ArrowsOutLineVerticalIcon } from "@phosphor-icons/react/ArrowsOutLineVertical";
import { CaretDownIcon } from "@phosphor-icons/react/CaretDown";
import { CaretUpIcon } from "@phosphor-icons/react/CaretUp";
import { KeyboardIcon } from "@phosphor-icons/react/Keyboard";
import { PathIcon } from "@phosphor-icons/react/Path";
import { getRouteApi } from "@tanstack/react-router";
import { type KeyboardEvent, memo, type ReactNode, type RefObject } from "react";
import type { ColourBy } from "../theme/palette.ts";
import type { Product } from "../trace/product.ts";
import type { Action } from "./keys.ts";
import { Legend } from "./legend.tsx";

const route = getRouteApi("/traces/$traceId");

interface WaterfallToolbarProps {
  readonly query: string;
  readonly setQuery: (query: string) => void;
  readonly findInput: RefObject<HTMLInputElement | null>;
  /** What `matches` are the matches of: the query, once it has been looked for. */
  readonly found: string;
  readonly matches: number;
  /** Which match the cursor is on, from 1; 0 for none. */
  readonly matchAt: number;
  /** Does what the key for it does. */
  readonly act: (action: Action) => void;
  readonly isPathShown: boolean;
  readonly products: readonly Product[];
  readonly services: readonly string[];
  readonly colourBy: ColourBy;
}

export const WaterfallToolbar = memo(function WaterfallToolbar(props: WaterfallToolbarProps) {
  const { query, setQuery, findInput, matches, matchAt, act, products, services, colourBy } = props;
  const navigate = route.useNavigate();
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Enter") act(event.shiftKey ? "previous-match" : "next-match");
    if (event.key === "Escape") {
      setQuery("");
      event.currentTarget.blur();
    }
  };
  return (
    <div
      data-found={props.found}
      className="flex shrink-0 items-center gap-1 border-b border-kumo-line bg-kumo-base px-2 py-1.5 sm:px-3"
    >
      <Input
        ref={findInput}
        size="sm"
        type="search"
        aria-label="Find in this trace"
        placeholder="Find in this trace  /"
        className="w-24 min-w-0 flex-1 sm:max-w-64"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={onKey}
      />
      {query !== "" && (
        <>
          <span className="figures px-1 text-xs whitespace-nowrap text-kumo-subtle" aria-live="polite">
            {matchAt > 0 ? `${matchAt} of ${matches}` : matches}
          </span>
          <Tool
            label="Previous match (b)"
            icon={<CaretUpIcon size={14} />}
            onClick={() => act("previous-match")}
          />
          <Tool label="Next match (f)" icon={<CaretDownIcon size={14} />} onClick={() => act("next-match")} />
        </>
      )}
      <span className="mx-1 h-4 w-px bg-kumo-line" />
      <Tool
        label="Collapse all ([)"
        icon={<ArrowsInLineVerticalIcon size={15} />}
        onClick={() => act("collapse-all")}
      />
      <Tool
        label="Expand all (])"
        icon={<ArrowsOutLineVerticalIcon size={15} />}
        onClick={() => act("expand-all")}
      />
      <Tool
        label="Critical path: what the request was waiting for (c)"
        icon={<PathIcon size={15} />}
        isOn={props.isPathShown}
        onClick={() => act("critical-path")}
      />
      <Tool label="Keys (?)" icon={<KeyboardIcon size={15} />} onClick={() => act("help")} />
      <Legend
        products={products}
        services={services}
        colourBy={colourBy}
        setColourBy={(by) =>
          void navigate({
            search: (before) => ({ ...before, colour: by === "service" ? by : undefined }),
            replace: true,
          })
        }
      />
    </div>
  );
});

interface ToolProps {
  readonly label: string;
  readonly icon: ReactNode;
  /** For what can be on or off. */
  readonly isOn?: boolean;
  readonly onClick: () => void;
}

function Tool({ label, icon, isOn, onClick }: ToolProps) {
  return (
    <Button
      variant="ghost"
      size="sm"
      shape="square"
      aria-label={label}
      aria-pressed={isOn}
      title={label}
      className={isOn ? "bg-kumo-tint text-kumo-link" : ""}
      icon={icon}
      onClick={onClick}
    />
  );
}
