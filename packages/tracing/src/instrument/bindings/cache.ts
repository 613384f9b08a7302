// The Cache API: put, match and delete of every cache, the default one and those that are opened by name. Names, keys and
// values follow the runtime's own spans.
import type { Runtime } from "../../runtime.ts";
import { sizeOf } from "../bytes.ts";
import { type Fields, flatten } from "../fields.ts";
import { type OperationAttributes, traceMethod } from "../operation.ts";

/** Headers of a response that say something of the connection it came by: the cache does not get them. */
const OF_CONNECTION = /^(connection|keep-alive|te|trailer|upgrade|content-length|transfer-encoding):/;

/** What caches inherit. */
export type CachePrototype = Pick<Cache, "put" | "match" | "delete">;

const CONDITIONS = ["range", "if-modified-since", "if-none-match"];
const PAYLOAD = ["cache-control", "cache-tag", "etag", "expires", "last-modified"];

export function instrumentCaches(runtime: Runtime, prototype: CachePrototype): void {
  traceMethod(runtime, prototype, "put", ([input, response]) => {
    // What names no request, and what is no response, is refused before the runtime's own span begins.
    if (!(response instanceof Response) || response.type === "error") return undefined;
    const asked = read(input);
    return {
      name: "cache_put",
      attributes() {
        return flatten("cache.request", {
          ...askedFields(asked),
          payload: {
            statusCode: response.status,
            size: payloadSize(response),
            header: pickHeaders(response.headers, PAYLOAD),
          },
        });
      },
      resultAttributes() {
        return {
          // Conditional answers are not kept, without a word to the cache.
          "cache.response.success": response.status === 304 ? undefined : isKept(response),
        };
      },
    };
  });
  const find = (method: "match" | "delete", result: (value: unknown) => OperationAttributes) =>
    traceMethod(runtime, prototype, method, (args) => {
      if (args.length === 0) return undefined;
      const [input, options] = args as [unknown, { ignoreMethod?: boolean }?];
      return {
        name: `cache_${method}`,
        attributes() {
          const asked = read(input);
          return flatten("cache.request", {
            ...askedFields(asked),
            ignoreMethod: options?.ignoreMethod,
            ...(method === "match" && { header: pickHeaders(asked.headers, CONDITIONS) }),
          });
        },
        // Only what GET would get is in a cache.
        resultAttributes(value) {
          return options?.ignoreMethod || read(input).method === "GET" ? result(value) : {};
        },
      };
    });
  find("match", matchAttributes);
  find("delete", (success) => flatten("cache.response", { success, statusCode: success ? 200 : 404 }));
}

/** @throws TypeError for what names no request. */
const read = (input: unknown): Request => (input instanceof Request ? input : new Request(input as string));

const askedFields = ({ url, method }: Request): Fields => ({ url, method });

const pickHeaders = (headers: Headers, names: string[]): Fields =>
  Object.fromEntries(names.map((name) => [name.replaceAll("-", "_"), headers.get(name)]));

/** Of the response as HTTP, which is what the cache gets; undefined where the length of its body is not known. */
function payloadSize({ status, statusText, headers, body, bodyUsed }: Response): number | undefined {
  const length = body === null ? 0 : sizeOf(body);
  const reason = statusText || (status === 200 && "OK");
  // Neither a part of an answer is kept, nor one that says that nothing has changed.
  if (length === undefined || !reason || bodyUsed || status === 206 || status === 304) return undefined;
  const lines = [...headers].map((header) => header.join(": ")).filter((line) => !OF_CONNECTION.test(line));
  const head = [`HTTP/1.1 ${status} ${reason}`, `content-length: ${length}`, ...lines, "", ""];
  return length + (sizeOf(head.join("\r\n")) as number);
}

/** What the response says of itself decides; undefined where it says nothing. */
function isKept({ headers }: Response): boolean | undefined {
  const control = headers.get("cache-control") ?? "";
  if (/no-store|no-cache|private/.test(control) || headers.has("set-cookie")) return false;
  return /max-?age/.test(control) || headers.has("expires") || undefined;
}

function matchAttributes(found: unknown): OperationAttributes {
  const { status, body, headers } = (found ?? { status: 504, body: null }) as Partial<Response>;
  return flatten("cache.response", {
    success: found !== undefined,
    statusCode: status,
    body: { size: body === null ? 0 : sizeOf(body) },
    cacheStatus: found === undefined ? "MISS" : headers?.get("cf-cache-status"),
  });
}
