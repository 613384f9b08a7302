import type { Declaration, SpanDeviation } from "../../case.ts";
import { escapes, fails } from "../../escape.ts";

/** R2's own refusal, which the runtime's span tells too. */
const refused = (span: string, message: string) => escapes(span, { type: "Error", message });

/** The binding's refusal: the runtime's span ends where the options are read, ours tells of all that was asked. */
const invalid = (
  span: string,
  type: string,
  message: string,
  asked: SpanDeviation["attributes"] = {},
): SpanDeviation => {
  const failed = fails(span, { type, message });
  return { ...failed, attributes: { ...failed.attributes, ...asked } };
};

export default {
  bindings: { r2: ["BUCKET"] },
  beyond: [
    refused("longKey > r2_head", "head: The specified object name is not valid. (10020)"),
    invalid(
      "negativeRange > r2_get",
      "RangeError",
      "Invalid range. Starting offset (-1) must be greater than or equal to 0.",
      { "cloudflare.r2.request.range.offset": -1 },
    ),
    invalid("suffixAndOffset > r2_get", "TypeError", "Suffix is incompatible with offset.", {
      "cloudflare.r2.request.range.suffix": 1,
    }),
    refused("outOfRange > r2_get", "get: The requested range is not satisfiable (10039)"),
    invalid("shortKey > r2_get", "Error", "SSE-C Key must be 32 bytes in length", {
      "cloudflare.r2.request.ssec_key": true,
    }),
    invalid(
      "unknownLength > r2_put",
      "TypeError",
      "Provided readable stream must have a known length (request/response body or readable half of FixedLengthStream)",
    ),
    refused(
      "wrongChecksum > r2_put",
      "put: The MD5 checksum you specified did not match what we received.\n" +
        "You provided a MD5 checksum with value: 00000000000000000000000000000000\n" +
        "Actual MD5 was: 900150983cd24fb0d6963f7d28e17f72 (10037)",
    ),
    invalid("shortChecksum > r2_put", "TypeError", "SHA-256 is 64 hex characters, not 2", {
      "cloudflare.r2.request.checksum.type": "sha256",
      "cloudflare.r2.request.checksum.value": "00",
      "cloudflare.r2.request.size": 3,
    }),
    invalid("twoChecksums > r2_put", "TypeError", "You cannot specify multiple hashing algorithms.", {
      "cloudflare.r2.request.size": 3,
    }),
    invalid("noEtag > r2_put", "TypeError", 'Conditional ETag should not be wrapped in quotes ("quoted").', {
      "cloudflare.r2.request.only_if.etag_matches": '"quoted"',
      "cloudflare.r2.request.size": 3,
    }),
    refused("largeLimit > r2_list", "list: MaxKeys params must be positive integer <= 1000. (10022)"),
    refused("deleteLongKey > r2_delete", "delete: The specified object name is not valid. (10020)"),
    refused(
      "createLongKey > r2_createMultipartUpload",
      "createMultipartUpload: The specified object name is not valid. (10020)",
    ),
  ],
} satisfies Declaration;
