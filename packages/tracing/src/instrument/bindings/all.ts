// The instrumentation of what not every Worker has, all of it, for Workers of which nobody knows what they bind and who
// runs them.
import type { Instrumentations } from "../env.ts";
import { vite } from "../vite.ts";
import { d1 } from "./d1.ts";
import { objectStorage } from "./durable-object-storage.ts";
import { email } from "./email.ts";
import { kv } from "./kv.ts";
import { queues } from "./queue.ts";
import { r2 } from "./r2.ts";
import { services } from "./services.ts";
import { workflows } from "./step.ts";

export const ALL: Instrumentations = {
  ...kv,
  ...d1,
  ...r2,
  ...queues,
  ...objectStorage,
  ...email,
  ...services,
  ...workflows,
  ...vite,
};
