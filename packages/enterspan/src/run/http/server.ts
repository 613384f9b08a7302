// Node's HTTP server around a function from `Request` to `Response`, and its end: no more connections, what is being
// answered answered. Knows nothing of Workers.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, Server as NetServer } from "node:net";
import { CliError, portTaken } from "../../errors.ts";
import { toRequest } from "./request.ts";
import { sendResponse } from "./response.ts";

export interface ServerOptions {
  host: string;
  /** 0 takes any that is free. */
  port: number;
  /** Answers everything: a rejection is a bug of its own. */
  respond(request: Request, message: IncomingMessage): Promise<Response>;
  /** Told of responses that cannot be sent, and of bodies that failed while they were. */
  onError(request: Request, error: unknown): void;
}

export interface Server {
  /** Without a slash at the end. */
  url: string;
  /** Takes no more connections; resolves when the last response has been sent. */
  stop(): Promise<void>;
  /** Closes what `stop` still waits for. */
  abort(): void;
}

/** How long an idle connection may bring one more request while the server stops. */
const IDLE_MS = 200;

export async function listen({ host, port, respond, onError }: ServerOptions): Promise<Server> {
  const open = new Set<ServerResponse>();
  let closesIdle = false;
  const answer = async (message: IncomingMessage, out: ServerResponse): Promise<void> => {
    open.add(out);
    if (!server.listening) endConnection(out);
    const controller = new AbortController();
    out.once("close", () => {
      open.delete(out);
      if (!out.writableFinished) controller.abort(new DOMException("The client has gone.", "AbortError"));
      // The connection would otherwise be kept for a next request, which nobody will answer.
      if (closesIdle) setImmediate(() => server.closeIdleConnections());
    });
    let request: Request;
    try {
      request = toRequest(message, controller.signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      out.writeHead(400, { "content-type": "text/plain; charset=utf-8" }).end(`Bad request: ${reason}\n`);
      return;
    }
    try {
      await sendResponse(out, await respond(request, message));
    } catch (error) {
      onError(request, error);
      if (out.headersSent || out.destroyed) out.destroy();
      else out.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end("Internal Server Error\n");
    }
  };
  // An upload may take as long as its client does.
  const server = createServer({ requestTimeout: 0 }, (message, out) => void answer(message, out));

  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(port, host, () => listening.resolve());
  try {
    await listening.promise;
  } catch (error) {
    throw whyNotListening(error as NodeJS.ErrnoException, host, port);
  }
  const { address, family, port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${actualPort}`,
    stop: () =>
      new Promise((resolve) => {
        // The HTTP server's own would cut off idle connections at once, and what is on its way over them.
        NetServer.prototype.close.call(server, () => resolve());
        for (const out of open) endConnection(out);
        setTimeout(() => {
          closesIdle = true;
          server.closeIdleConnections();
        }, IDLE_MS).unref();
      }),
    abort: () => server.closeAllConnections(),
  };
}

/** Has the client send its next request over another connection, where it has not been told yet that it may use this. */
function endConnection(out: ServerResponse): void {
  if (!out.headersSent) out.setHeader("connection", "close");
}

function whyNotListening({ code }: NodeJS.ErrnoException, host: string, port: number): CliError {
  switch (code) {
    case "EADDRINUSE":
      return portTaken(port, "--port");
    case "EADDRNOTAVAIL":
      return new CliError(
        `${host} is not an address of this machine. Choose one that is with --host ADDRESS: 127.0.0.1, or 0.0.0.0 for all.`,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new CliError(
        `${host} is not known as a host. Name an address of this machine with --host ADDRESS.`,
      );
    case "EACCES":
      return new CliError(
        `Port ${port} may not be listened on by this user. Choose another with --port PORT, from 1024 on.`,
      );
    default:
      return new CliError(`${host}:${port} cannot be listened on (${code}).`);
  }
}
