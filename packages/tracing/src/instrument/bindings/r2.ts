// R2 buckets and the uploads in parts that they begin. Names, keys and values follow the runtime's own spans; attributes
// of options and of objects are called as these are, in snake case.
import type { Runtime } from "../../runtime.ts";
import { bytesOf, sizeOf } from "../bytes.ts";
import type { Instrumentations } from "../env.ts";
import { type Fields, flatten, pick, pickIntegers, separated } from "../fields.ts";
import { type OperationAttributes, seeResults, traceMethod } from "../operation.ts";

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** For each method what R2's interface calls the operation, and then the arguments. */
const BUCKET = {
  head: "HeadObject key",
  get: "GetObject key options",
  put: "PutObject key value options",
  list: "ListObjects options",
  delete: "DeleteObject keys",
  createMultipartUpload: "CreateMultipartUpload key options",
};
const UPLOAD = {
  uploadPart: "UploadPart partNumber value options",
  abort: "AbortMultipartUpload",
  complete: "CompleteMultipartUpload uploadedParts",
};

/** The part of a bucket that is wrapped. */
export type R2Bucket = Record<keyof typeof BUCKET | "resumeMultipartUpload", Method>;

type Upload = Record<keyof typeof UPLOAD, Method> & { key: string; uploadId: string };

/** Options that are told as they are. */
const OPTIONS = "prefix cursor delimiter startAfter storageClass";
const RESULTS = "etag size uploaded storageClass truncated cursor uploadId";
const HTTP_METADATA =
  "contentType contentEncoding contentDisposition contentLanguage cacheControl cacheExpiry";
const CHECKSUMS = "md5 sha1 sha256 sha384 sha512";

/** The headers that stand for options where the program gives headers; others are called as the options. */
const HEADERS: Record<string, string> = {
  cacheExpiry: "expires",
  etagMatches: "if-match",
  etagDoesNotMatch: "if-none-match",
  uploadedBefore: "if-unmodified-since",
  uploadedAfter: "if-modified-since",
};

const PREFIX = "cloudflare.r2";

/** What no call throws but a result means. */
const NOT_FOUND = failure("The specified key does not exist.", 10007);
const UNMET = failure("At least one of the pre-conditions you specified did not hold.", 10031);

export const r2: Instrumentations = {
  R2Bucket: (runtime, bucket: R2Bucket, name) => instrumentR2(runtime, bucket, name),
  // What `enterspan run` has in its place.
  RemoteR2Bucket: (runtime, bucket: R2Bucket, name) => instrumentR2(runtime, bucket, name, false),
};

/** `isLocal`: whether what is known of an object can be read without asking for it again. */
export function instrumentR2(runtime: Runtime, bucket: R2Bucket, bindingName: string, isLocal = true): void {
  const trace = <T extends object>(target: T, methods: object, ids?: Fields) => {
    for (const [method, described] of Object.entries(methods)) {
      const [operation, ...names] = (described as string).split(" ") as [string, ...string[]];
      traceMethod(runtime, target, method as keyof T & string, (args) => {
        if (!names.every((name, at) => isSent(operation, name, args, at))) return undefined;
        const given = names.map((name, at) => [name, name === "key" ? String(args[at]) : args[at]]);
        const asked: Fields = { ...ids, ...Object.fromEntries(given) };
        return {
          name: `r2_${operation.replace(/Objects?$/, "").replace(/^./, (letter) => letter.toLowerCase())}`,
          attributes() {
            return {
              "cloudflare.binding.type": "r2",
              "cloudflare.binding.name": bindingName,
              ...flatten(PREFIX, {
                bucket: runtime.config.bindings[bindingName]?.resource,
                operation,
                request: request(asked),
              }),
            };
          },
          resultAttributes: (value) => {
            const result = value as Fields | null;
            // The caller gets it after this.
            if (method === "createMultipartUpload") instrumentUpload(value as Upload);
            const isTold = isLocal || !/Object$|^Complete/.test(operation);
            const failed = isUnmet(operation, asked, result) ? UNMET : result === null && NOT_FOUND;
            return { ...response(isTold ? result : {}), ...failed };
          },
          errorAttributes({ message }: Error) {
            // The others are the runtime's and JavaScript's.
            const [, said, code] = /^\w+: (.*) \((\d+)\)$/s.exec(message) ?? [];
            return said ? failure(said, Number(code)) : {};
          },
        };
      });
    }
  };
  const instrumentUpload = (upload: Upload) => {
    const { key, uploadId } = upload;
    trace(upload, UPLOAD, { key, uploadId });
  };
  trace(bucket, BUCKET);
  seeResults(bucket, "resumeMultipartUpload", instrumentUpload);
}

/** Whether the call is sent with such an argument: what the platform refuses at once it never sends. */
function isSent(operation: string, name: string, args: unknown[], at: number): boolean {
  // What is given is at least null.
  const value = at < args.length ? (args[at] ?? null) : undefined;
  if (name !== "value") return value !== undefined || name === "options";
  return value === null
    ? operation === "PutObject"
    : value instanceof ReadableStream || sizeOf(value) !== undefined;
}

function request({ keys, value, options, uploadedParts, ...ids }: Fields): Fields {
  const given = (options ?? {}) as Fields;
  const { range, onlyIf, httpMetadata, customMetadata, ssecKey, include = [] } = given;
  const { cacheExpiry, ...metadata } = read(httpMetadata, HTTP_METADATA);
  const [checksum] = Object.entries(pick(given, CHECKSUMS)).filter(([, hash]) => hash);
  return {
    ...ids,
    keys: keys === undefined ? keys : [keys].flat().map(String),
    size: sizeOf(value),
    uploadedParts: (uploadedParts as Fields[] | undefined)?.map((part) => part.partNumber),
    ...pick(given, OPTIONS),
    ...pickIntegers(given, "limit"),
    include: Object.fromEntries((include as string[]).map((name) => [name, true])),
    range: range instanceof Headers ? range.get("range") : pick(range, "offset length suffix"),
    onlyIf: read(onlyIf, "etagMatches etagDoesNotMatch uploadedBefore uploadedAfter"),
    httpMetadata: { ...metadata, cacheExpiry: cacheExpiry && Number(cacheExpiry) },
    customMetadata: customMetadata && true,
    // The key itself stays where it is.
    ssecKey: ssecKey && true,
    checksum: checksum && { type: checksum[0], value: hex(checksum[1]) },
  };
}

/** Whether a condition did not hold: then nothing is put, and what is got has no body. */
function isUnmet(operation: string, { options }: Fields, result: Fields | null): boolean {
  if (operation === "PutObject") return result === null;
  return (
    operation === "GetObject" &&
    !!(options as Fields | undefined)?.onlyIf &&
    result !== null &&
    result.bodyUsed === undefined
  );
}

function response(result: Fields | null | undefined): OperationAttributes {
  const { httpMetadata, customMetadata, ssecKeyMd5, checksums, objects, delimitedPrefixes } = result ?? {};
  const [first, ...others] = Object.entries((checksums as { toJSON(): Fields } | undefined)?.toJSON() ?? {});
  return flatten(PREFIX, {
    response: {
      success: true,
      ...pick(result, RESULTS),
      ...pick(httpMetadata, HTTP_METADATA),
      customMetadata: customMetadata && true,
      ssecKey: ssecKeyMd5 && true,
      // The catalogue knows of one; the runtime's own spans call each by its algorithm.
      checksum: { type: first?.[0], value: first?.[1], ...Object.fromEntries(others) },
      returnedObjects: (objects as unknown[] | undefined)?.length,
      delimitedPrefixes: (delimitedPrefixes as unknown[] | undefined)?.length,
    },
  });
}

function failure(message: string, code: number): OperationAttributes {
  return {
    "error.type": message,
    ...flatten(PREFIX, { error: { message, code }, response: { success: false } }),
  };
}

/** As `pick`, and from headers what stands for the fields there. */
function read(source: unknown, names: string): Fields {
  if (!(source instanceof Headers)) return pick(source, names);
  return Object.fromEntries(
    names.split(" ").map((name) => {
      const value = source.get(HEADERS[name] ?? separated(name, "-"));
      if (value && /^etag/.test(name)) {
        return [name, value.replace(/W\/|"/g, "").replace(/\s*,\s*/g, ", ")];
      }
      return [name, value && /^upl|Exp/.test(name) ? new Date(value) : value];
    }),
  );
}

function hex(checksum: unknown): string {
  if (typeof checksum === "string") return checksum;
  const bytes = bytesOf(checksum as ArrayBuffer | ArrayBufferView);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
