// Keeps in the address what changes with every key and every turn of the wheel. It follows once the reader rests:
// browsers take some hundred changes of an address a minute, and a box whose text came by the address would lag behind
// what is typed into it.
import { useEffect, useEffectEvent, useRef, useState } from "react";

const REST_MS = 250;
type Text = string | undefined;

/**
 * @param text what there is to keep; undefined where there is nothing to say
 * @param write puts it into the address
 * @param take is given what comes by the address from elsewhere, such as a search that the span panel asks for
 */
export function useKeptInAddress(
  inAddress: Text,
  text: Text,
  write: (text: Text) => void,
  take: (text: Text) => void,
): void {
  /** What the address is known to say, then what it has been told to say and does not yet. */
  const told = useRef([inAddress]);
  const takeUp = useEffectEvent(take);
  const tell = useEffectEvent(write);
  useEffect(() => {
    const place = told.current.indexOf(inAddress);
    told.current = place < 0 ? [inAddress] : told.current.slice(place);
    if (place < 0) takeUp(inAddress);
  }, [inAddress]);
  useEffect(() => {
    if (text === told.current.at(-1)) return;
    const timer = setTimeout(() => {
      told.current.push(text);
      tell(text);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
}

/** The text of a box, at once as it is typed, and how to set it. */
export function useAddressText(
  inAddress: Text,
  write: (text: Text) => void,
): [string, (text: string) => void] {
  const [text, setText] = useState(inAddress ?? "");
  useKeptInAddress(inAddress, text === "" ? undefined : text, write, (given) => setText(given ?? ""));
  return [text, setText];
}
