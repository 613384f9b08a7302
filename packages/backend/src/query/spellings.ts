// Span names and attribute keys that go by more than one spelling, in documentation or in the runtime, misspellings
// included. A query for any of them finds all. The first of each line is the one we write ourselves.

const SPELLINGS: ReadonlyArray<readonly string[]> = [
  ["cloudflare.jsrpc.method", "jsrpc.method"],
  ["cloudflare.durable_object.id", "objectId"],
  ["durable_object_alarms_getAlarm", "durable_object_storage_getAlarm"],
  ["durable_object_alarms_setAlarm", "durable_object_storage_setAlarm"],
  ["durable_object_alarms_deleteAlarm", "durable_object_storage_deleteAlarm"],
  ["user_agent.original", "user_agent.orginal"],
  ["cloudflare.binding.type", "cloudflare.binding_type"],
  [
    "cloudflare.r2.response.checksum.value",
    "cloudflare.r2.response.checksum.md5",
    "cloudflare.r2.response.checksum.sha1",
    "cloudflare.r2.response.checksum.sha256",
    "cloudflare.r2.response.checksum.sha384",
    "cloudflare.r2.response.checksum.sha512",
  ],
  ["db.query.text", "cloudflare.durable_object.sql.query.statement"],
  ["db.system.name", "db.system"],
  ["cloudflare.cpu_time_ms", "cloudflare.cpu_time"],
  ["cloudflare.wall_time_ms", "cloudflare.wall_time"],
  ["cloudflare.kv.query.keys.count", "cloudflare.kv.query.keys.colunt"],
  ["vectorize_queryById", "vectorize_queryByld"],
  ["vectorize_getByIds", "vectorize_getBylds"],
  ["vectorize_deleteByIds", "vectorize_deleteBylds"],
];

const BY_NAME = new Map(SPELLINGS.flatMap((names) => names.map((name) => [name, names] as const)));

/** All spellings of `name`, itself first. */
export function spellingsOf(name: string): readonly string[] {
  const names = BY_NAME.get(name);
  return names ? [name, ...names.filter((other) => other !== name)] : [name];
}
