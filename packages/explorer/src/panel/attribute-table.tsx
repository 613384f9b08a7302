// Attributes by prefix, each with its value to copy, a way to all traces that have it and, where they are a span's, to find
// or leave out in the trace and to count by.
import { Button } from "@cloudflare/kumo/components/button";
import { ChartBarIcon } from "@phosphor-icons/react/ChartBar";
import { FunnelSimpleIcon } from "@phosphor-icons/react/FunnelSimple";
import { FunnelSimpleXIcon } from "@phosphor-icons/react/FunnelSimpleX";
import { ListMagnifyingGlassIcon } from "@phosphor-icons/react/ListMagnifyingGlass";
import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode, useMemo } from "react";
import { CopyButton } from "../shell/copy-button.tsx";
import { Portion } from "../shell/portion.tsx";
import { groupAttributes } from "../trace/attribute-groups.ts";
import { attributeTerm, searchTerm } from "../trace/find-query.ts";
import type { Attribute, Value } from "../trace/model.ts";
import { valueBlock, valueLine } from "../trace/value-text.ts";
import { ValueView } from "./value-view.tsx";

interface AttributeTableProps {
  readonly attributes: readonly Attribute[];
  /** Adds a term to what the waterfall finds. */
  readonly find?: ((term: string) => void) | undefined;
  /** The query that counts spans like theirs by a key. */
  readonly countBy?: ((key: string) => string | undefined) | undefined;
}

/** More than senders keep of a span by default. */
const SHOWN = 200;

export function AttributeTable({ attributes, find, countBy }: AttributeTableProps) {
  const ordered = useMemo(
    () => groupAttributes(attributes).flatMap((group) => group.attributes),
    [attributes],
  );
  if (attributes.length === 0) return <p className="text-xs text-kumo-subtle">None.</p>;
  return (
    <Portion items={ordered} size={SHOWN} what="attributes">
      {(shown) => <Groups attributes={shown} find={find} countBy={countBy} />}
    </Portion>
  );
}

function Groups({ attributes, find, countBy }: AttributeTableProps) {
  return (
    <div className="grid gap-2">
      {groupAttributes(attributes).map(({ prefix, attributes: members }) => (
        <dl
          key={prefix}
          className="grid grid-cols-[minmax(8rem,2fr)_minmax(0,3fr)] rounded-md border border-kumo-hairline text-xs"
        >
          {members.map(({ key, value }, index) => (
            // A sender may repeat a key, though it should not: the place makes it unique.
            <div
              key={`${key}\n${index}`}
              className="group/attribute col-span-2 grid grid-cols-subgrid border-b border-kumo-hairline last:border-0 hover:bg-(--row-hover)"
            >
              <dt className="px-2 py-1 wrap-anywhere text-kumo-subtle">
                <BreakableKey text={key} />
              </dt>
              <dd className="relative min-w-0 py-1 pr-2 font-mono">
                <ValueView value={value} />
                {/* Over the end of the value, which has the whole width; below it where nothing can hover. */}
                <span
                  className={`absolute right-1 bottom-0.5 flex rounded bg-kumo-base pointer-coarse:static pointer-coarse:justify-end ${SHOWN_ON_HOVER}`}
                >
                  {find !== undefined && (
                    <>
                      <FindButton
                        label={`Find spans with this ${key}`}
                        icon={<FunnelSimpleIcon size={13} />}
                        onClick={() => find(attributeTerm(key, valueLine(value), false))}
                      />
                      <FindButton
                        label={`Find spans without this ${key}`}
                        icon={<FunnelSimpleXIcon size={13} />}
                        onClick={() => find(attributeTerm(key, valueLine(value), true))}
                      />
                    </>
                  )}
                  {countBy !== undefined && (
                    <Link
                      to="/query"
                      search={{ query: countBy(key), last: "24h" }}
                      aria-label={`Count by ${key}`}
                      title={`Count by ${key}`}
                      className={LINK}
                    >
                      <ChartBarIcon size={13} />
                    </Link>
                  )}
                  {isPlain(value) && (
                    <Link
                      to="/"
                      search={{ q: searchTerm(key, valueLine(value)) }}
                      aria-label={`All traces with this ${key}`}
                      title={`All traces with this ${key}`}
                      className={LINK}
                    >
                      <ListMagnifyingGlassIcon size={13} />
                    </Link>
                  )}
                  <CopyButton
                    what={`value of ${key}`}
                    text={() => valueBlock(value)}
                    className="pointer-coarse:size-8"
                  />
                </span>
              </dd>
            </div>
          ))}
        </dl>
      ))}
    </div>
  );
}

/** A search is of one value; longer ones than it may have are not offered. */
const MAX_SEARCHED = 1_000;
const isPlain = (value: Value): boolean =>
  ["string", "boolean", "int", "double"].includes(value.type) && valueLine(value).length <= MAX_SEARCHED;

const SHOWN_ON_HOVER =
  "opacity-0 group-hover/attribute:opacity-100 focus-within:opacity-100 pointer-coarse:opacity-100";

const LINK = "grid size-5 place-items-center rounded hover:bg-kumo-tint pointer-coarse:size-8";

interface FindButtonProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly onClick: () => void;
}

const FindButton = ({ label, ...rest }: FindButtonProps) => (
  <Button
    variant="ghost"
    size="xs"
    shape="square"
    aria-label={label}
    title={label}
    className="pointer-coarse:size-8"
    {...rest}
  />
);

/** Keys may break after a point or an underscore, before they break inside a word. */
function BreakableKey({ text }: { readonly text: string }) {
  return text.split(/(?<=[._])/).map((part, index) => (
    <Fragment key={`${index}${part}`}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
