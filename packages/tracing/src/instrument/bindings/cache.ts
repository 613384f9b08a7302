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

const CONDITIONS = "range if-modified-since if-none-match";
const PAYLOAD = "cache-control cache-tag etag expires last-modified";

export function instrumentCaches(runtime: Runtime, prototype: CachePrototype): void {
  traceMethod(runtime, prototype, "put", ([input, response]) => {
    // What names no request, and what is no response or one of status 0, is refused before the runtime's own span begins.
    if (!(response instanceof Response && response.status)) return undefined;
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
        return { "cache.response.success": isKept(response) };
      },
      errorAttributes() {
        return { "cache.response.success": false };
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
            ignoreMethod: options?.ignoreMethod && true,
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

const pickHeaders = (headers: Headers, names: string): Fields =>
  Object.fromEntries(names.split(" ").map((name) => [name.replaceAll("-", "_"), headers.get(name)]));

/** Of the response as HTTP, which is what the cache gets; undefined where the length of its body is not known. */
function payloadSize({ status, statusText, headers, body, bodyUsed }: Response): number | undefined {
  const length = body === null ? 0 : sizeOf(body);
  const reason = statusText || (status === 200 && "OK");
  // What says that nothing has changed is not kept.
  if (length === undefined || !reason || bodyUsed || status === 304) return undefined;
  const lines = [...headers].map((header) => header.join(": ")).filter((line) => !OF_CONNECTION.test(line));
  const head = [`HTTP/1.1 ${status} ${reason}`, `content-length: ${length}`, ...lines, "", ""];
  return length + (sizeOf(head.join("\r\n")) as number);
}

/** No answer tells the program; of these statuses all are kept that do not say otherwise. */
function isKept({ status, headers }: Response): boolean {
  return (
    /20[034]|30[^4]|40[45]|41[04]/.test(`${status}`) &&
    !/no-store|private/i.test(headers.get("cache-control") ?? "") &&
    !headers.has("set-cookie")
  );
}

function matchAttributes(found: unknown): OperationAttributes {
  const { status, body, headers } = (found ?? { status: 504, body: null }) as Partial<Response>;
  return flatten("cache.response", {
    success: !!found,
    statusCode: status,
    body: { size: body === null ? 0 : sizeOf(body) },
    cacheStatus: headers ? headers.get("cf-cache-status") : "MISS",
  });
}
