// What tells events apart and where they belong, in the words of `$metadata.type` and `dataset`.

export const EVENT_TYPE = { span: "cf-worker-span", log: "cf-worker-log" } as const;

/** The one dataset there is. */
export const DATASET = "cloudflare-workers";
