import type { Declaration, SpanDeviation } from "../../case.ts";
import { fails } from "../../escape.ts";

const invalid = (span: string, message: string, told: SpanDeviation["attributes"] = {}): SpanDeviation => {
  const failed = fails(span, { type: "TypeError", message });
  return { ...failed, attributes: { ...failed.attributes, ...told } };
};
const NOT_KEPT = { "cache.response.success": false };

const PAYLOAD = "cache.request.payload";

export default {
  needs: ["hasCaches"],
  beyond: [
    invalid("badUrl > cache_match", "Invalid URL: no url"),
    invalid("deleteBadUrl > cache_delete", "Invalid URL: no url"),
    invalid("notFetchable > cache_match", "Fetch API cannot load: ftp://host/path"),
    // The runtime's span ends where it finds the mistake, ours tells of all that it was given.
    invalid("putPost > cache_put", "Cannot cache response to non-GET request.", {
      ...NOT_KEPT,
      [`${PAYLOAD}.header.cache_control`]: "max-age=60",
      [`${PAYLOAD}.header.cache_tag`]: "a,b",
      [`${PAYLOAD}.header.etag`]: '"tag"',
      [`${PAYLOAD}.header.expires`]: "Wed, 18 May 2033 03:33:20 GMT",
      [`${PAYLOAD}.header.last_modified`]: "Wed, 18 May 2022 03:33:20 GMT",
      [`${PAYLOAD}.size`]: 226,
    }),
    invalid(
      "putPartial > cache_put",
      "Cannot cache response to a range request (206 Partial Content).",
      NOT_KEPT,
    ),
    invalid("putVary > cache_put", "Cannot cache response with 'Vary: *' header.", {
      ...NOT_KEPT,
      [`${PAYLOAD}.size`]: 88,
    }),
    invalid(
      "putUsed > cache_put",
      "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.",
      NOT_KEPT,
    ),
    fails("putBroken > cache_put", { type: "RangeError", message: "broken off" }),
    {
      span: "putNotFound > cache_put",
      because: "the words of a status, which a Response made without them does not show",
      attributes: { [`${PAYLOAD}.size`]: null },
    },
    {
      span: "put304 > cache_put",
      because: "it is not kept, which the runtime does not say",
      attributes: NOT_KEPT,
    },
    { span: "put304", because: "the runtime logs a warning itself, past the console", logs: [] },
  ],
} satisfies Declaration;
