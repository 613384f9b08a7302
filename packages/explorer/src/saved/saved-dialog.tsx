// What is saved for a page, by name: to open, to rename, to delete, and to save what the page shows now.
import { Button } from "@cloudflare/kumo/components/button";
import { Input } from "@cloudflare/kumo/components/input";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { asFailure } from "../api/failure.ts";
import { deleteQuery, fetchSavedQueries, renameQuery, saveQuery } from "../api/saved-queries.ts";
import { Dialog } from "../shell/dialog.tsx";
import { SavedItem } from "./saved-item.tsx";

export interface SavedDialogProps {
  /** What is saved here: "searches", "queries". */
  readonly what: string;
  /** What the page shows now, in the words of the telemetry API. */
  readonly parameters: () => object;
  /** Undefined for what belongs to another page. */
  readonly openerOf: (parameters: object) => (() => void) | undefined;
  readonly close: () => void;
}

export default function SavedDialog({ what, parameters, openerOf, close }: SavedDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [name, setName] = useState("");
  const [said, setSaid] = useState("");
  const { data, error, refetch } = useQuery({
    queryKey: ["saved-queries"],
    queryFn: ({ signal }) => fetchSavedQueries(signal),
  });
  const saved = (data ?? []).flatMap((query) => {
    const open = openerOf(query.parameters);
    return open === undefined ? [] : [{ query, open }];
  });
  /** Says what was done, or why it was not. */
  const act = async (done: string, change: Promise<unknown>): Promise<void> => {
    try {
      await change;
      setSaid(done);
    } catch (cause) {
      setSaid(asFailure(cause).message);
    }
    await refetch();
  };
  const save = (event: FormEvent): void => {
    event.preventDefault();
    setName("");
    void act(`Saved as ${name}`, saveQuery(name, parameters()));
  };
  const opened = (open: () => void): void => {
    open();
    dialog.current?.close();
  };
  return (
    <Dialog
      dialog={dialog}
      id="saved"
      title={`Saved ${what}`}
      size="max-h-[80dvh] max-w-lg overflow-auto"
      close={close}
    >
      <form className="flex items-center gap-2" onSubmit={save}>
        <Input
          size="sm"
          autoFocus
          aria-label="Name to save what is shown under"
          placeholder="Save what is shown as …"
          className="min-w-0 flex-1"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" size="sm" disabled={name.trim() === ""}>
          Save
        </Button>
      </form>
      <p role="status" className="min-h-5 pt-1 text-xs wrap-anywhere text-kumo-subtle">
        {error === null ? said : asFailure(error).message}
      </p>
      {data !== undefined && saved.length === 0 && (
        <p className="py-2 text-kumo-subtle">Nothing is saved yet.</p>
      )}
      <ul className="divide-y divide-kumo-hairline">
        {saved.map(({ query, open }) => (
          <SavedItem
            key={query.id}
            name={query.name}
            open={() => opened(open)}
            rename={(next) => void act(`Renamed to ${next}`, renameQuery(query.id, next))}
            remove={() => void act(`Deleted ${query.name}`, deleteQuery(query.id))}
          />
        ))}
      </ul>
    </Dialog>
  );
}
