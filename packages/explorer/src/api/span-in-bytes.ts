// A span that stays JSON in its answer's bytes: what every row needs is read at once, all else when a view asks for it.
import type { WireKeyValue, WireSpan, WireSpanEvent, WireSpanLink } from "@enterspan/backend/contract";
import { DecodedSpan, SHOWN_LENGTHS, STATUSES } from "./decode-span.ts";
import { wireText } from "./decode-value.ts";
import type { Interner } from "./interner.ts";
import { JsonCursor } from "./json-cursor.ts";
import { readWireTime, UNSET, type WireTime } from "./wire-time.ts";

const EMPTY_ARRAY_BYTES = 2;
const NOWHERE = -1;

/** Where the cursor stands, and how to read what stands there. */
export interface SpanReader {
  readonly cursor: JsonCursor;
  readonly texts: Interner;
}

export class SpanInBytes extends DecodedSpan {
  readonly #reader: SpanReader;
  readonly #from: number;
  readonly #to: number;
  #startAt = NOWHERE;
  #endAt = NOWHERE;
  #attributesAt = NOWHERE;
  #eventsAt = NOWHERE;
  #linksAt = NOWHERE;

  /** Reads the span at the cursor. */
  constructor(reader: SpanReader) {
    super();
    const { cursor, texts } = reader;
    this.#reader = reader;
    this.#from = cursor.at;
    cursor.enterObject();
    while (cursor.nextMember()) this.#readField(texts.text(cursor.keyStart, cursor.keyEnd), reader);
    this.#to = cursor.at;
    this.nameIt();
  }

  get source(): WireSpan {
    return this.#reader.cursor.parse(this.#from, this.#to) as WireSpan;
  }
  /** Read anew each time: a hundred thousand of them kept would be more to collect than they are to read. */
  get wireStart(): WireTime {
    return this.#timeAt(this.#startAt);
  }
  protected get wireEnd(): WireTime {
    return this.#timeAt(this.#endAt);
  }
  protected get wireAttributes(): readonly WireKeyValue[] {
    return this.#read(this.#attributesAt);
  }
  protected get wireEvents(): readonly WireSpanEvent[] {
    return this.#read(this.#eventsAt);
  }
  protected get wireLinks(): readonly WireSpanLink[] {
    return this.#read(this.#linksAt);
  }
  anyAttribute(test: (key: string, text: string) => boolean): boolean {
    if (this.#attributesAt === NOWHERE) return false;
    const { cursor, texts } = this.#reader;
    const attribute = new JsonCursor(cursor.bytes, this.#attributesAt);
    attribute.enterArray();
    while (attribute.nextElement()) {
      const { keyStart, keyEnd, valueAt } = locateAttribute(attribute);
      if (test(texts.text(keyStart, keyEnd), textAt(attribute, texts, valueAt))) return true;
    }
    return false;
  }

  #readField(name: string, { cursor, texts }: SpanReader): void {
    switch (name) {
      case "spanId":
        this.spanId = cursor.readString();
        break;
      case "parentSpanId":
        this.parentSpanId = texts.text(cursor.skipString() + 1, cursor.at - 1);
        break;
      case "name":
        this.name = texts.text(cursor.skipString() + 1, cursor.at - 1);
        break;
      case "kind":
        this.wireKind = cursor.readNumber();
        break;
      case "startTimeUnixNano":
        this.#startAt = cursor.skipString();
        break;
      case "endTimeUnixNano":
        this.#endAt = cursor.skipString();
        break;
      case "attributes":
        this.#attributesAt = cursor.at;
        this.#readAttributes(cursor, texts);
        break;
      case "events":
        this.#eventsAt = skipArray(cursor);
        break;
      case "links":
        this.#linksAt = skipArray(cursor);
        break;
      case "status":
        this.#readStatus(cursor, texts);
        break;
      case "droppedAttributesCount":
        this.droppedAttributes = cursor.readNumber();
        break;
      case "droppedEventsCount":
        this.droppedEvents = cursor.readNumber();
        break;
      case "droppedLinksCount":
        this.droppedLinks = cursor.readNumber();
        break;
      case "resource":
        this.resourceIndex = cursor.readNumber();
        break;
      case "scope":
        this.scopeIndex = cursor.readNumber();
        break;
      default:
        cursor.skipValue();
    }
  }

  #readAttributes(cursor: JsonCursor, texts: Interner): void {
    cursor.enterArray();
    while (cursor.nextElement()) {
      const { keyStart, keyEnd, valueAt } = locateAttribute(cursor);
      if (!SHOWN_LENGTHS.has(keyEnd - keyStart)) continue;
      this.takeShown(texts.text(keyStart, keyEnd), () => textAt(cursor, texts, valueAt));
    }
  }

  #readStatus(cursor: JsonCursor, texts: Interner): void {
    cursor.enterObject();
    while (cursor.nextMember()) {
      const name = texts.text(cursor.keyStart, cursor.keyEnd);
      if (name === "code") this.status = STATUSES[cursor.readNumber()] ?? "unset";
      else if (name === "message") this.statusMessage = texts.text(cursor.skipString() + 1, cursor.at - 1);
      else cursor.skipValue();
    }
  }

  #timeAt(at: number): WireTime {
    return at === NOWHERE ? UNSET : readWireTime(this.#reader.cursor.bytes, at);
  }

  #read<Wire>(at: number): readonly Wire[] {
    if (at === NOWHERE) return [];
    return new JsonCursor(this.#reader.cursor.bytes, at).readValue() as Wire[];
  }
}

interface AttributePlace {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueAt: number;
}

/** Goes over the attribute at the cursor, in whichever order its two members are. */
function locateAttribute(cursor: JsonCursor): AttributePlace {
  let keyStart = 0;
  let keyEnd = 0;
  let valueAt = NOWHERE;
  cursor.enterObject();
  while (cursor.nextMember()) {
    const isKey = cursor.keyEnd - cursor.keyStart === "key".length;
    if (isKey) {
      keyStart = cursor.skipString() + 1;
      keyEnd = cursor.at - 1;
    } else valueAt = cursor.skipValue();
  }
  return { keyStart, keyEnd, valueAt };
}

/** Where the array lies that is skipped; nowhere for an empty one. */
function skipArray(cursor: JsonCursor): number {
  const start = cursor.skipValue();
  return cursor.at - start > EMPTY_ARRAY_BYTES ? start : NOWHERE;
}

/** The value that lies there as one line of text: strings, which most are, without decoding more than they say. */
function textAt({ bytes }: JsonCursor, texts: Interner, at: number): string {
  if (at === NOWHERE) return "";
  const value = new JsonCursor(bytes, at);
  value.enterObject();
  if (value.nextMember() && texts.text(value.keyStart, value.keyEnd) === "stringValue")
    return value.readString();
  return wireText(new JsonCursor(bytes, at).readValue() as WireKeyValue["value"]);
}
