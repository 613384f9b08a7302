// Takes the place of @enterspan/tracing when the Worker runs without it, to see that it does the same.
export { tracing } from "cloudflare:workers";

export const instrument = <T>(exported: T): T => exported;
