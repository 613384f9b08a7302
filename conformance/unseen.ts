// Why no case shows a key of the catalogue on our spans.

interface Unseen {
  /** Of the span's name; a root span is called by its handler in brackets. */
  spans: RegExp;
  keys: RegExp;
  because: string;
}

const UNIT_TESTED = "no host of the suite delivers such events; unit tests hold it";
const STOOD_IN = "there is no simulator of the service; unit tests hold it with a stand-in";
const EVERY_ANSWER =
  "one table names the fields for all operations on objects; other operations' cases show it";

/** The first that fits holds. */
const UNSEEN: Unseen[] = [
  {
    spans: /./,
    keys: /^cloudflare\.(cpu_time_ms|cold_start_ms)$/,
    because: "Cloudflare measures it outside of the Worker, which has no clock for it",
  },
  {
    spans: /./,
    keys: /^(cloudflare\.script_tags|faas\.invoked_region)$/,
    because: "Cloudflare's control plane knows it, and gives it to no Worker",
  },
  {
    spans: /./,
    keys: /^(faas\.version|cloudflare\.script_version\.id)$/,
    because: "told where the Worker binds its version's metadata, which no case does; unit tests hold it",
  },
  {
    spans: /./,
    keys: /^cloudflare\.(ray_id|verified_bot_category)$/,
    because: "Cloudflare's edge says it of requests, and nobody of local ones; unit tests hold it",
  },
  { spans: /^\((email|tail)\)$|^(reply|forward)_email$/, keys: /./, because: UNIT_TESTED },
  { spans: /^(ai|vectorize|wfp|browser_rendering)_/, keys: /./, because: STOOD_IN },
  {
    spans: /^images_/,
    keys: /./,
    because: "the runtime makes the span itself, and over the local simulator says no more",
  },
  {
    spans: /./,
    keys: /^error\.type$|\.error\.(message|code)$/,
    because: "no case has the simulator fail such a call; failures of all operations take one path",
  },
  {
    spans: /^cache_/,
    keys: /^cache_control\./,
    because: "the runtime does not say it locally, and nothing says it to the program",
  },
  { spans: /^kv_/, keys: /\.cache_status$/, because: "the local simulator has no cache" },
  { spans: /^kv_list$/, keys: /\.expiration$/, because: "each key of a list has its own, and the list none" },
  { spans: /^d1_raw$/, keys: /./, because: "the runtime calls its span `d1_all`, and so do we" },
  {
    spans: /^d1_/,
    keys: /\.served_by_region$/,
    because: "the local simulator has one database, without a region",
  },
  {
    spans: /^d1_/,
    keys: /\.query\.bookmark$/,
    because: "only a session that has been used has one before its next query",
  },
  {
    spans: /^d1_/,
    keys: /\.sql_duration_ms$/,
    because: "summed over several statements it is there only where the clock has moved; not compared",
  },
  { spans: /^r2_/, keys: /./, because: EVERY_ANSWER },
  {
    spans: /^durable_object_storage_ingest$/,
    keys: /./,
    because: "the method is behind an experimental flag; a unit test holds it",
  },
  {
    spans: /^durable_object_storage_/,
    keys: /\.(allow_concurrency|no_cache)$/,
    because: "one function names the options of all operations; other operations' cases show it",
  },
  { spans: /^jsRpcSession$/, keys: /./, because: "a session is there before its first method is named" },
  {
    spans: /^send_email$/,
    keys: /\.bytes$/,
    because: "the message hides its bytes from the program that has made it",
  },
];

export function unseenReason(span: string, key: string): string | undefined {
  return UNSEEN.find(({ spans, keys }) => spans.test(span) && keys.test(key))?.because;
}
