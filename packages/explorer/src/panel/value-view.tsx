// A value as text, and nothing but text: whatever a traced program recorded cannot become markup, style or script.
import { codePointOf, partsOf } from "../trace/invisible.ts";
import type { Value } from "../trace/model.ts";
import { valueBlock } from "../trace/value-text.ts";
import { webAddress } from "./web-address.ts";

/** Longer values are cut here until asked for: a megabyte of text would hold up the page. */
const SHOWN_CHARACTERS = 4_000;

interface ValueViewProps {
  readonly value: Value;
  readonly write?: (value: Value) => string;
}

export function ValueView({ value, write = valueBlock }: ValueViewProps) {
  const text = write(value);
  const address = value.type === "string" ? webAddress(value.value) : undefined;
  if (address !== undefined) {
    return (
      <a
        href={address}
        target="_blank"
        rel="noopener noreferrer"
        className="min-w-0 wrap-anywhere text-kumo-link underline decoration-kumo-line"
      >
        {text}
      </a>
    );
  }
  if (text === "") return <span className="text-kumo-subtle">(empty)</span>;
  return (
    <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">
      <Seen text={text.slice(0, SHOWN_CHARACTERS)} />
      {text.length > SHOWN_CHARACTERS && (
        <span className="text-kumo-subtle">
          … {(text.length - SHOWN_CHARACTERS).toLocaleString("en-US")} more characters; copy to see them
        </span>
      )}
    </span>
  );
}

/** The text, with a sign for each character that cannot be seen; what is copied by the button has it as it came. */
function Seen({ text }: { readonly text: string }) {
  return partsOf(text).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <span
        key={index}
        title="A character that cannot be seen"
        className="mx-px rounded bg-kumo-warning-tint px-0.5 text-[10px] text-kumo-warning"
      >
        {codePointOf(part)}
      </span>
    ),
  );
}
