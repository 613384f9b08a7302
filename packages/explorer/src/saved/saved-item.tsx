// One that is saved: its name opens it. It is renamed in place, and deleted at the second press.
import { Button } from "@cloudflare/kumo/components/button";
import { Input } from "@cloudflare/kumo/components/input";
import { PencilSimpleIcon } from "@phosphor-icons/react/PencilSimple";
import { TrashIcon } from "@phosphor-icons/react/Trash";
import { type FormEvent, useState } from "react";

interface SavedItemProps {
  readonly name: string;
  readonly open: () => void;
  readonly rename: (name: string) => void;
  readonly remove: () => void;
}

export function SavedItem({ name, open, rename, remove }: SavedItemProps) {
  const [typed, setTyped] = useState<string>();
  const [isAsked, setIsAsked] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTyped(undefined);
    if (typed !== undefined && typed.trim() !== "" && typed !== name) rename(typed);
  };
  if (typed !== undefined) {
    return (
      <li className="py-1">
        <form className="flex items-center gap-2" onSubmit={submit}>
          <Input
            size="sm"
            autoFocus
            aria-label={`New name of ${name}`}
            className="min-w-0 flex-1"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button type="submit" size="sm">
            Rename
          </Button>
        </form>
      </li>
    );
  }
  return (
    <li className="flex items-center gap-1 py-1">
      <button
        type="button"
        className="min-w-0 flex-1 cursor-pointer truncate rounded py-0.5 text-left text-kumo-link hover:underline"
        onClick={open}
      >
        {name}
      </button>
      <Button
        variant="ghost"
        size="sm"
        shape="square"
        aria-label={`Rename ${name}`}
        title="Rename"
        icon={<PencilSimpleIcon size={14} />}
        onClick={() => setTyped(name)}
      />
      {isAsked ? (
        <Button
          variant="destructive"
          size="sm"
          aria-label={`Delete ${name} for good`}
          onBlur={() => setIsAsked(false)}
          onClick={remove}
        >
          Delete
        </Button>
      ) : (
        <Button
          variant="ghost"
          size="sm"
          shape="square"
          aria-label={`Delete ${name}`}
          title="Delete"
          icon={<TrashIcon size={14} />}
          onClick={() => setIsAsked(true)}
        />
      )}
    </li>
  );
}
