// How the page asks its server, and what every answer that is none becomes: a Failure.
import type { ApiError } from "@enterspan/backend/contract";
import { Failure, notUnderstood, unreachable } from "./failure.ts";

export async function get<Body>(path: string, signal: AbortSignal): Promise<Body> {
  return jsonOf<Body>(await request(path, signal), signal);
}

export const post = <Body>(path: string, content: object, signal: AbortSignal): Promise<Body> =>
  send<Body>("POST", path, content, signal);

export async function send<Body>(
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  content: object | undefined,
  signal: AbortSignal,
): Promise<Body> {
  const body = content && { headers: { "content-type": "application/json" }, body: JSON.stringify(content) };
  return jsonOf<Body>(await request(path, signal, { method, ...body }), signal);
}

const jsonOf = <Body>(response: Response, signal: AbortSignal): Promise<Body> =>
  response.json().catch((cause: unknown) => {
    throw signal.aborted ? cause : notUnderstood("it is not JSON", cause);
  });

/** An answer that is a success; everything else is thrown as a Failure. */
export async function request(path: string, signal: AbortSignal, init: RequestInit = {}): Promise<Response> {
  const headers = { accept: "application/json", ...init.headers };
  const response = await fetch(path, { ...init, signal, headers }).catch((cause: unknown) => {
    throw signal.aborted ? cause : unreachable(cause);
  });
  if (response.status === 401) logIn();
  if (!response.ok) throw await refusal(response);
  return response;
}

/** Goes where the server asks for a token, and from there back to what is shown now. */
function logIn(): void {
  const { pathname, search, hash } = location;
  location.assign(`/login?to=${encodeURIComponent(pathname + search + hash)}`);
}

/** As our own routes word it, or as Cloudflare's do. */
type Refused = Partial<ApiError> & { readonly errors?: readonly { readonly message: string }[] };

/** The server's own words where it said something, else its status. */
async function refusal(response: Response): Promise<Failure> {
  const body = (await response.json().catch(() => undefined)) as Refused | undefined;
  const code = body?.error?.code ?? `http_${response.status}`;
  const message =
    body?.error?.message ??
    body?.errors?.[0]?.message ??
    `The server answered ${response.status} ${response.statusText}.`;
  const isPassing = response.status >= 500;
  const remedy = isPassing ? "The server's own log says more. This page tries again by itself." : "";
  return new Failure({ code, message, remedy, isPassing });
}

export function decoding<Model>(what: string, decode: () => Model): Model {
  try {
    return decode();
  } catch (cause) {
    throw notUnderstood(what, cause);
  }
}
