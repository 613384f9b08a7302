// The form of a query: what to show, of which events, by which groups.
import { Button } from "@cloudflare/kumo/components/button";
import { Input } from "@cloudflare/kumo/components/input";
import { Select } from "@cloudflare/kumo/components/select";
import { PlusIcon } from "@phosphor-icons/react/Plus";
import { XIcon } from "@phosphor-icons/react/X";
import { type ReactNode, useId } from "react";
import {
  type Filter,
  LIMITS,
  nameOf,
  needsValue,
  OPERATORS,
  type Operator,
  type Query,
  SUBJECTS,
  type Subject,
  TESTS,
  type Test,
  type Visualisation,
} from "./query.ts";

interface BuilderProps {
  readonly query: Query;
  readonly change: (query: Query) => void;
  /** Keys to choose from. */
  readonly keys: readonly string[];
}

export function Builder({ query, change, keys }: BuilderProps) {
  const listId = useId();
  const { show, where, by } = query;
  const set = (part: Partial<Query>): void => {
    const next = { ...query, ...part };
    change({ ...next, order: Math.min(next.order, next.show.length - 1) });
  };
  return (
    <div className="grid min-w-72 flex-1 grid-cols-1 gap-x-4 gap-y-2 px-3 py-2.5 sm:px-4 md:grid-cols-[6rem_1fr]">
      <datalist id={listId}>
        {keys.map((key) => (
          <option key={key} value={key} />
        ))}
      </datalist>
      <Line name="Show">
        {show.map((visualisation, index) => (
          <VisualisationPart
            key={index}
            number={index + 1}
            visualisation={visualisation}
            listId={listId}
            change={(next) => set({ show: show.with(index, next) })}
            remove={show.length > 1 ? () => set({ show: show.toSpliced(index, 1) }) : undefined}
          />
        ))}
        <Add
          what="number"
          onClick={() => set({ show: [...show, { operator: "p99", key: "$metadata.duration" }] })}
        />
        <span className="text-xs text-kumo-subtle">of</span>
        <Choice
          label="Of which events"
          className="w-52"
          items={SUBJECTS}
          value={query.of}
          set={(of) => set({ of: of as Subject })}
        />
      </Line>
      <Line name="Where">
        {where.map((filter, index) => (
          <FilterPart
            key={index}
            number={index + 1}
            filter={filter}
            listId={listId}
            change={(next) => set({ where: where.with(index, next) })}
            remove={() => set({ where: where.toSpliced(index, 1) })}
          />
        ))}
        <Add what="filter" onClick={() => set({ where: [...where, { key: "", test: "eq", value: "" }] })} />
      </Line>
      <Line name="Group by">
        {by.map((key, index) => (
          <Part key={index} remove={() => set({ by: by.toSpliced(index, 1) })} what={`group ${index + 1}`}>
            <KeyInput
              label={`Group ${index + 1}`}
              value={key}
              listId={listId}
              set={(next) => set({ by: by.with(index, next) })}
            />
          </Part>
        ))}
        <Add what="group" onClick={() => set({ by: [...by, ""] })} />
      </Line>
      <Line name="Order by">
        <Choice
          label="Order by"
          className="w-52"
          items={Object.fromEntries(show.map((part, index) => [String(index), nameOf(part)]))}
          value={String(query.order)}
          set={(order) => set({ order: Number(order) })}
        />
        <Choice
          label="Direction"
          className="w-36"
          items={{ desc: "Most first", asc: "Least first" }}
          value={query.isAscending ? "asc" : "desc"}
          set={(direction) => set({ isAscending: direction === "asc" })}
        />
        <Choice
          label="How many groups"
          className="w-32"
          items={Object.fromEntries(LIMITS.map((limit) => [String(limit), `${limit} groups`]))}
          value={String(query.limit)}
          set={(limit) => set({ limit: Number(limit) })}
        />
      </Line>
    </div>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <span className="pt-1.5 text-xs font-medium text-kumo-subtle">{name}</span>
      <fieldset className="flex min-w-0 flex-wrap items-center gap-2">
        <legend className="sr-only">{name}</legend>
        {children}
      </fieldset>
    </>
  );
}

interface PartProps {
  readonly what: string;
  readonly remove: (() => void) | undefined;
  readonly children: ReactNode;
}

function Part({ what, remove, children }: PartProps) {
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-1 rounded-lg bg-kumo-recessed p-0.5">
      {children}
      {remove !== undefined && (
        <Button
          variant="ghost"
          size="xs"
          shape="square"
          aria-label={`Remove ${what}`}
          title={`Remove ${what}`}
          icon={<XIcon size={12} />}
          onClick={remove}
        />
      )}
    </span>
  );
}

const Add = ({ what, onClick }: { readonly what: string; readonly onClick: () => void }) => (
  <Button
    variant="ghost"
    size="sm"
    shape="square"
    aria-label={`Add ${what}`}
    title={`Add ${what}`}
    icon={<PlusIcon size={14} />}
    onClick={onClick}
  />
);

interface VisualisationPartProps {
  readonly number: number;
  readonly visualisation: Visualisation;
  readonly listId: string;
  readonly change: (visualisation: Visualisation) => void;
  readonly remove: (() => void) | undefined;
}

function VisualisationPart({ number, visualisation, listId, change, remove }: VisualisationPartProps) {
  const { operator, key } = visualisation;
  return (
    <Part what={`number ${number}`} remove={remove}>
      <Choice
        label={`Number ${number}`}
        className="w-28"
        items={Object.fromEntries(OPERATORS.map((name) => [name, name]))}
        value={operator}
        set={(next) => change({ operator: next as Operator, key: key || "$metadata.duration" })}
      />
      {operator !== "count" && (
        <KeyInput
          label={`Key of number ${number}`}
          value={key}
          listId={listId}
          set={(next) => change({ operator, key: next })}
        />
      )}
    </Part>
  );
}

interface FilterPartProps {
  readonly number: number;
  readonly filter: Filter;
  readonly listId: string;
  readonly change: (filter: Filter) => void;
  readonly remove: () => void;
}

function FilterPart({ number, filter, listId, change, remove }: FilterPartProps) {
  const { key, test, value } = filter;
  return (
    <Part what={`filter ${number}`} remove={remove}>
      <KeyInput
        label={`Key of filter ${number}`}
        value={key}
        listId={listId}
        set={(next) => change({ ...filter, key: next })}
      />
      <Choice
        label={`Test of filter ${number}`}
        className="w-36"
        items={TESTS}
        value={test}
        set={(next) => change({ ...filter, test: next as Test })}
      />
      {needsValue(test) && (
        <Input
          size="sm"
          aria-label={`Value of filter ${number}`}
          placeholder="value"
          className="w-36 font-mono text-xs"
          value={value}
          onChange={(event) => change({ ...filter, value: event.target.value })}
        />
      )}
    </Part>
  );
}

interface KeyInputProps {
  readonly label: string;
  readonly value: string;
  readonly listId: string;
  readonly set: (key: string) => void;
}

const KeyInput = ({ label, value, listId, set }: KeyInputProps) => (
  <Input
    size="sm"
    aria-label={label}
    placeholder="key"
    list={listId}
    autoComplete="off"
    spellCheck={false}
    className="w-40 font-mono text-xs sm:w-52"
    value={value}
    onChange={(event) => set(event.target.value)}
  />
);

interface ChoiceProps {
  readonly label: string;
  readonly className: string;
  readonly items: Readonly<Record<string, string>>;
  readonly value: string;
  readonly set: (value: string) => void;
}

const Choice = ({ label, className, items, value, set }: ChoiceProps) => (
  <Select
    size="sm"
    aria-label={label}
    className={className}
    items={items}
    value={value}
    onValueChange={(next) => next !== null && set(next)}
  />
);
