// Queries kept by name on the server, where Cloudflare's clients find them as well: open one, or keep what is asked now.
import { Button } from "@cloudflare/kumo/components/button";
import { Input } from "@cloudflare/kumo/components/input";
import { Select } from "@cloudflare/kumo/components/select";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { asFailure } from "../api/failure.ts";
import { get, post } from "../api/request.ts";
import { QUERIES } from "../api/telemetry.ts";
import { type KeyTypes, parametersOf, queryOfParameters } from "./parameters.ts";
import { type Query, queryText } from "./query.ts";

interface Saved {
  readonly id: string;
  readonly name: string;
  readonly query: Query;
}

interface SavedAnswer {
  readonly result: readonly { readonly id: string; readonly name: string; readonly parameters: object }[];
}

const NONE = "none";
const MAX_SHOWN = 200;

interface SavedQueriesProps {
  readonly query: Query;
  readonly types: KeyTypes;
  readonly open: (query: Query) => void;
}

export function SavedQueries({ query, types, open }: SavedQueriesProps) {
  const [name, setName] = useState("");
  const [said, setSaid] = useState("");
  const { data: saved = [], refetch } = useQuery({
    queryKey: ["saved-queries"],
    queryFn: async ({ signal }): Promise<Saved[]> => {
      const { result } = await get<SavedAnswer>(`${QUERIES}?perPage=${MAX_SHOWN}`, signal);
      return result.flatMap(({ id, name, parameters }) => {
        const query = queryOfParameters(parameters);
        return query === undefined ? [] : [{ id, name, query }];
      });
    },
  });
  const text = queryText(query);
  const current = saved.find((other) => queryText(other.query) === text)?.id ?? NONE;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      const content = { name, description: null, parameters: parametersOf(query, types) };
      await post(QUERIES, content, new AbortController().signal);
      setSaid(`Saved as ${name}`);
      setName("");
      await refetch();
    } catch (error) {
      setSaid(asFailure(error).message);
    }
  };
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-kumo-line bg-kumo-base px-3 py-1.5 sm:px-4">
      <Select
        size="sm"
        aria-label="Saved queries"
        className="w-52"
        items={{
          [NONE]: saved.length === 0 ? "No saved query" : "Saved queries",
          ...Object.fromEntries(saved.map((other) => [other.id, other.name])),
        }}
        value={current}
        onValueChange={(id) => {
          const chosen = saved.find((other) => other.id === id);
          if (chosen !== undefined) open(chosen.query);
        }}
      />
      <form className="flex items-center gap-2" onSubmit={(event) => void save(event)}>
        <Input
          size="sm"
          aria-label="Name to save this query under"
          placeholder="Save as"
          className="w-40"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" size="sm" disabled={name.trim() === ""}>
          Save
        </Button>
      </form>
      <span role="status" className="min-w-0 truncate text-xs text-kumo-subtle">
        {said}
      </span>
    </div>
  );
}
