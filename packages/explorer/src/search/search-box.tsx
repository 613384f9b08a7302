// Where a search is typed: offers keys and values from the data as one goes, and says where a search is wrong.
import { Input } from "@cloudflare/kumo/components/input";
import type { SearchCompletionResponse } from "@enterspan/backend/contract";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent as KeyPress, useId, useLayoutEffect, useRef, useState } from "react";
import { fetchCompletion } from "../api/client.ts";
import { useRested } from "../shell/rested.ts";
import { completed } from "./completed.ts";
import { useFocusBySlash } from "./focus-by-slash.ts";

type Item = SearchCompletionResponse["items"][number];

interface SearchBoxProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly change: (text: string) => void;
  readonly className?: string;
}

export function SearchBox({ label, placeholder, value, change, className = "" }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [cursor, setCursor] = useState(value.length);
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(-1);
  /** Where the cursor is to stand once the new text is in the box. */
  const [placed, setPlaced] = useState<{ readonly at: number }>();
  // Before the next key, which may come at once.
  useLayoutEffect(() => {
    if (placed === undefined) return;
    input.current?.focus();
    input.current?.setSelectionRange(placed.at, placed.at);
  }, [placed]);
  const asked = useRested(`${cursor} ${value}`, 80);
  const { data } = useQuery({
    queryKey: ["complete", asked],
    enabled: isOpen,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const space = asked.indexOf(" ");
      const text = asked.slice(space + 1);
      return { ...(await fetchCompletion(text, Number(asked.slice(0, space)), signal)), text };
    },
  });
  // What was offered a letter ago still holds where what stands before it is the same.
  const isOf = data !== undefined && value.slice(0, data.from) === data.text.slice(0, data.from);
  const items = isOpen && isOf && cursor >= data.from ? data.items : [];
  const activeItem = items[active];

  const take = (item: Item): void => {
    if (data === undefined) return;
    const after = completed(value, { from: data.from, to: Math.max(cursor, data.from) }, item);
    change(after.text);
    setCursor(after.cursor);
    setActive(-1);
    setPlaced({ at: after.cursor });
  };
  const onKey = (event: KeyPress<HTMLInputElement>): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setIsOpen(true);
      // One place more than there are items: the box itself.
      setActive((now) => ((now + 1 + step + items.length + 1) % (items.length + 1)) - 1);
    } else if ((event.key === "Enter" || event.key === "Tab") && activeItem !== undefined) {
      event.preventDefault();
      take(activeItem);
    } else if (event.key === "Enter" || (event.key === "Escape" && isOpen)) {
      event.preventDefault();
      setIsOpen(false);
      setActive(-1);
    }
  };
  useFocusBySlash(input);
  const follow = (): void => setCursor(input.current?.selectionStart ?? value.length);

  return (
    <div className={`relative ${className}`}>
      <Input
        ref={input}
        size="sm"
        type="search"
        role="combobox"
        aria-label={label}
        aria-expanded={items.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={activeItem === undefined ? undefined : `${listId}-${active}`}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        className="w-full font-mono text-xs"
        value={value}
        onChange={(event) => {
          change(event.target.value);
          setCursor(event.target.selectionStart ?? event.target.value.length);
          setIsOpen(true);
          setActive(-1);
        }}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        onClick={follow}
        onKeyUp={follow}
        onKeyDown={onKey}
      />
      <div
        id={listId}
        role="listbox"
        aria-label="What may stand here"
        hidden={items.length === 0}
        className="absolute top-full right-0 left-0 z-40 mt-1 max-h-80 overflow-auto rounded-lg border border-kumo-line bg-kumo-base py-1 text-xs shadow-lg"
      >
        {items.map((item, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the focus and handles keys.
          <div
            key={`${item.kind} ${item.text}`}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            ref={index === active ? intoSight : undefined}
            className="flex cursor-pointer items-baseline gap-3 px-3 py-1 hover:bg-kumo-tint aria-selected:bg-kumo-tint"
            // Before the box would lose the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(item)}
          >
            <span className="min-w-0 truncate font-mono">{item.text}</span>
            <span className="ml-auto min-w-0 truncate text-kumo-subtle">
              {("about" in item && item.about) || item.kind}
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}

const intoSight = (element: HTMLElement | null): void => element?.scrollIntoView({ block: "nearest" });
