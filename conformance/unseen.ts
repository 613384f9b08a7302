// Why no case shows a key of the catalogue on our spans.

interface Unseen {
  /** Of the span's name; a root span is called by its handler in brackets. */
  spans: RegExp;
  keys: RegExp;
  because: string;
}

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
    keys: /^user_agent\.(os|browser|engine|device)\./,
    because:
      "follows from `user_agent.original`; telling browsers apart takes more code than all of the tracer",
  },
];

export function unseenReason(span: string, key: string): string | undefined {
  return UNSEEN.find(({ spans, keys }) => spans.test(span) && keys.test(key))?.because;
}
