// Tells the receiver of invocations that go on: after a second, some later, and then once a minute, so that it knows which
// have ended without a word. A Durable Object does not hibernate while a timer runs, so none is longer than a second.
import type { Host } from "../host.ts";
import type { Invocation } from "../invocation.ts";
import type { Exporter } from "./exporter.ts";

/** Seconds after which an invocation is told of. */
const TOLD_AT = [1, 5, 15];
const TOLD_EVERY = 60;

/** Never rejects. Ends with the invocation, within a second, or once the receiver does not want to know. */
export async function tellWhileOpen(host: Host, exporter: Exporter, invocation: Invocation): Promise<void> {
  for (let seconds = 1; ; seconds++) {
    await host.sleep(1_000);
    if (invocation.ended) return;
    const isDue = TOLD_AT.includes(seconds) || seconds % TOLD_EVERY === 0;
    if (isDue && !(await exporter.tell(invocation))) return;
  }
}
