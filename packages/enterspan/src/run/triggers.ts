// Local routes that bring a Worker the events which are not requests, as wrangler dev has them: `/cdn-cgi/handler/` and
// `scheduled`, `queue` or `email`. For this machine alone: to everyone else they do not exist.
import type { IncomingMessage } from "node:http";
import { messageOf } from "../errors.ts";
import type { Outcome } from "./context.ts";
import { receive } from "./email.ts";
import { clientAddress, isLoopback } from "./http/request.ts";
import { deliver, type QueueRequest, readQueueRequest } from "./queue.ts";

type TriggerName = "scheduled" | "queue" | "email";

export interface TriggerTarget {
  has(name: TriggerName): boolean;
  /** Resolves when what the handler gave to `waitUntil` has settled, too; rejects with what the handler throws. */
  call(name: TriggerName, event: object): Promise<Outcome>;
  onError(error: unknown): void;
}

const PREFIX = "/cdn-cgi/handler/";

/** Headers by which a proxy shows itself: behind one, everybody's requests come from this machine. */
const FORWARDING = /^(forwarded|via|x-forwarded-.*|x-real-ip|cf-connecting-ip|true-client-ip)$/;

/** Answers a request to one of the routes; undefined for any other, which is the Worker's. */
export async function trigger(
  request: Request,
  message: IncomingMessage,
  target: TriggerTarget,
): Promise<Response | undefined> {
  const url = new URL(request.url);
  if (!url.pathname.startsWith(PREFIX) || !isLocal(message)) return undefined;
  switch (url.pathname.slice(PREFIX.length)) {
    case "scheduled":
      return scheduled(url.searchParams, target);
    case "queue":
      return queue(request, target);
    case "email":
      return email(request, url.searchParams, target);
    default:
      return undefined;
  }
}

function isLocal(message: IncomingMessage): boolean {
  const { headers } = message;
  if (!isLoopback(clientAddress(message))) return false;
  const name = URL.parse(`http://${headers.host}`)?.hostname ?? "";
  // Not only the address: a page of anybody's may have its name lead here.
  if (!(name === "localhost" || name === "[::1]" || isLoopback(name))) return false;
  // A page of another site, in a browser on this machine.
  if (!["same-origin", "none"].includes(headers["sec-fetch-site"]?.toString() ?? "none")) return false;
  return !Object.keys(headers).some((header) => FORWARDING.test(header));
}

/** Answers with the outcome, `ok` or `exception`. */
async function scheduled(query: URLSearchParams, target: TriggerTarget): Promise<Response> {
  if (!target.has("scheduled")) return text(404, "This Worker has no scheduled handler.");
  const time = query.get("time");
  const scheduledTime = time === null ? Date.now() : Number(time);
  if (!Number.isFinite(new Date(scheduledTime).getTime()) || time === "") {
    return text(400, "time must be milliseconds since the Unix epoch.");
  }
  const event = { cron: query.get("cron") ?? "", scheduledTime, noRetry: () => {} };
  try {
    const outcome = await target.call("scheduled", event);
    return text(outcome === "ok" ? 200 : 500, outcome);
  } catch (error) {
    target.onError(error);
    return text(500, "exception");
  }
}

/** Answers with the verdict as JSON. */
async function queue(request: Request, target: TriggerTarget): Promise<Response> {
  if (!target.has("queue")) return text(404, "This Worker has no queue handler.");
  if (request.method !== "POST") return text(405, "Send the messages with POST.");
  let asked: QueueRequest;
  try {
    asked = readQueueRequest(await request.json());
  } catch (error) {
    return text(400, `The body must be JSON { queue, messages: [{ body }] }: ${messageOf(error)}`);
  }
  return Response.json(await deliver(asked, (batch) => target.call("queue", batch), target.onError));
}

/** Answers with the verdict as JSON. */
async function email(request: Request, query: URLSearchParams, target: TriggerTarget): Promise<Response> {
  if (!target.has("email")) return text(404, "This Worker has no email handler.");
  if (request.method !== "POST") return text(405, "Send the message with POST.");
  const [from, to] = [query.get("from"), query.get("to")];
  if (!from || !to) return text(400, "Name who it is from and to: ?from=ADDRESS&to=ADDRESS");
  try {
    const raw = new Uint8Array(await request.arrayBuffer());
    const verdict = await receive(
      { from, to },
      raw,
      (message) => target.call("email", message),
      target.onError,
    );
    return Response.json(verdict);
  } catch (error) {
    return text(400, messageOf(error));
  }
}

const text = (status: number, message: string): Response => new Response(message, { status });
