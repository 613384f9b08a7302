// As a driver of a database is, which knows nothing of us.
import { connect } from "cloudflare:sockets";
import { ask } from "./ask.ts";

export const query = (port: number, question: string): Promise<string> =>
  ask(connect({ hostname: "127.0.0.1", port }), question);
