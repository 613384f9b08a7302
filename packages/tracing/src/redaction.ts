// Keeps secrets out of what is sent: values of headers and query parameters by their names, user and password of URLs.
// Each becomes a fixed word, and what is around it stays as it is, byte for byte. Done when an invocation is encoded, so
// that nothing gets past it, whoever has set it.
import type { JsonAnyValue } from "./any-value.ts";
import type { LogRecord } from "./logs.ts";
import type { FlatAttributes, SpanRecord } from "./span-record.ts";

/** Names whose values are secret, beside those that are by default. Upper case, `-` and `_` make no difference. */
export interface RedactionConfig {
  /** Ends of headers' names. Default: none. */
  headers: readonly string[];
  /** Ends of query parameters' names. Default: none. */
  queryParameters: readonly string[];
}

/** What OpenTelemetry puts in place of such values. */
const MARKER = "REDACTED";

/** Ends of names. Keys of APIs and codes of OAuth are known by their length: mostly `key` and `code` are harmless. */
const SECRET =
  "token|secret|password|passwd|pwd|signature|sig|credentials?|(api|access|private)_key(_id)?|auth|authorization|cookie|assertion|jwt|session_id|sid|(key|code)(?==[^&]{20})";

/**
 * User and password in front of an `@`: of a URL, of one in its path or query, and of one there that is percent-encoded,
 * as often as its `://` is.
 */
const USER =
  /(^\w+:\/\/)[^/?#\s]*(?=@)|(:\/\/)[^&/?#\s]*(?=@)|(%((?:25)*)3a(?:%\4(?:2f)){2})(?:(?!%\4(?:2f|3f|23))[^&/?#\s])*(?=@|%\4(?:40))/gi;

/** What is, or tells of, a URL that may lack its beginning. */
const URL_KEY = /^(url|http|exception)\./;

interface Expressions {
  header: RegExp;
  parameter: RegExp;
}

export class Redaction {
  readonly #config: RedactionConfig;
  #expressions: Expressions | undefined;

  constructor(config: RedactionConfig) {
    this.#config = config;
  }

  /** Made when something is first sent: an isolate's start need not wait for it. */
  get #secret(): Expressions {
    const { headers, queryParameters } = this.#config;
    this.#expressions ??= {
      header: new RegExp(`(${sourceOf(headers)})$`, "i"),
      // Also `user[password]=`, and `"password":` of encoded JSON. In a URL within another one a value goes on to the end
      // of the outer one's.
      parameter: new RegExp(
        `((?:${sourceOf(queryParameters)})(?:]|%(?:25)*(?:5d|22))*(?:=|%(?:25)*3d|(?<=22)(?::|%(?:25)*3a)))[^&#\\s]+`,
        "gi",
      ),
    };
    return this.#expressions;
  }

  /** A URL, or a text that URLs stand in. Costs next to nothing where there is neither a user nor a value. */
  text(text: string): string {
    return /[@%=]/.test(text)
      ? text.replace(USER, `$1$2$3${MARKER}:${MARKER}`).replace(this.#secret.parameter, `$1${MARKER}`)
      : text;
  }

  /** The record without secrets. Its attributes are changed in place. */
  span(record: SpanRecord): SpanRecord {
    const { attributes, events, links, status } = record;
    this.#attributes(attributes);
    for (const event of events) this.#attributes(event.attributes);
    for (const link of links) this.#attributes(link.attributes);
    return status.message ? { ...record, status: { ...status, message: this.text(status.message) } } : record;
  }

  /** The record without secrets: in its texts, and in what it has under the names of headers. */
  log(record: LogRecord): LogRecord {
    const { body, exception } = record;
    return {
      ...record,
      body: this.#value(body),
      ...(exception && {
        exception: {
          ...exception,
          message: this.text(exception.message),
          ...(exception.stack !== undefined && { stack: this.text(exception.stack) }),
        },
      }),
    };
  }

  #value(value: JsonAnyValue): JsonAnyValue {
    if ("stringValue" in value) {
      const { stringValue } = value;
      return stringValue.includes("://") ? { stringValue: this.text(stringValue) } : value;
    }
    if ("arrayValue" in value)
      return { arrayValue: { values: value.arrayValue.values.map((one) => this.#value(one)) } };
    if (!("kvlistValue" in value)) return value;
    const values = value.kvlistValue.values.map(({ key, value }) => {
      const isSecret = "stringValue" in value && this.#secret.header.test(key);
      return { key, value: isSecret ? { stringValue: MARKER } : this.#value(value) };
    });
    return { kvlistValue: { values } };
  }

  #attributes(flat: FlatAttributes): void {
    for (let i = 0; i < flat.length; i += 2) {
      const key = flat[i] as string;
      const value = flat[i + 1];
      const isHeader = key.includes(".header.");
      if (isHeader && this.#secret.header.test(key)) flat[i + 1] = MARKER;
      else if (typeof value === "string" && (isHeader || URL_KEY.test(key) || value.includes("://"))) {
        flat[i + 1] = this.text(value);
      }
    }
  }
}

function sourceOf(names: readonly string[]): string {
  return [SECRET, ...names].join("|").replace(/[-_]/g, "[-_]?");
}
