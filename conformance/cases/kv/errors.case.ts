import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

const refused = (span: string, type: string, message: string) => fails(span, { type, message });

export default {
  bindings: { kv: ["KV"] },
  beyond: [
    refused("emptyKey > kv_get", "TypeError", "Key name cannot be empty."),
    refused("dot > kv_get", "TypeError", '"." is not allowed as a key name.'),
    refused(
      "longKey > kv_get",
      "Error",
      "KV GET failed: 414 UTF-8 encoded length of 513 exceeds key length limit of 512.",
    ),
    refused(
      "cacheTtl > kv_get",
      "Error",
      "KV GET failed: 400 Invalid cache_ttl of 1. Cache TTL must be at least 30.",
    ),
    refused(
      "notJson > kv_get",
      "SyntaxError",
      "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
    ),
    refused("noKeys > kv_get", "Error", "KV GET_BULK failed: 400 You must request a minimum of 1 key"),
    refused("manyKeys > kv_get", "Error", "KV GET_BULK failed: 400 You can request a maximum of 100 keys"),
    refused(
      "bulkStream > kv_get",
      "Error",
      'KV GET_BULK failed: 400 "stream" is not a valid type. Use "json" or "text"',
    ),
    refused(
      "shortTtl > kv_put",
      "Error",
      "KV PUT failed: 400 Invalid expiration_ttl of 10. Expiration TTL must be at least 60.",
    ),
    refused(
      "noTtl > kv_put",
      "Error",
      "KV PUT failed: 400 Invalid expiration_ttl of 0. Please specify integer greater than 0.",
    ),
    refused(
      "noCacheTtl > kv_get",
      "Error",
      "KV GET failed: 400 Invalid cache_ttl of 0. Cache TTL must be at least 30.",
    ),
    refused(
      "past > kv_put",
      "Error",
      "KV PUT failed: 400 Invalid expiration of 1. Please specify integer greater than the current number of seconds since the UNIX epoch.",
    ),
    refused(
      "object > kv_put",
      "TypeError",
      "KV put() accepts only strings, ArrayBuffers, ArrayBufferViews, and ReadableStreams as values.",
    ),
    refused(
      "largeLimit > kv_list",
      "Error",
      "KV GET failed: 400 Invalid key_count_limit of 2000. Please specify an integer less than 1000.",
    ),
  ],
} satisfies Declaration;
