// Bytes to a server and back over a plain socket, for requests that no client would send.

import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface RawConnection {
  socket: Socket;
  /** Everything received so far. */
  received(): string;
  /** Resolves with everything received once the server has closed the connection. */
  closed: Promise<string>;
}

export function rawConnection(port: number): RawConnection {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  // What the server cuts off ends in an error here, which is as good as a close.
  socket.on("error", () => {});
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve(text)));
  return { socket, received: () => text, closed };
}

/** The server's whole answer to `head`, lines of a request without the empty one at its end. */
export function rawAnswer(port: number, head: string[], body = ""): Promise<string> {
  const { socket, closed } = rawConnection(port);
  socket.write(`${[...head, "Connection: close"].join("\r\n")}\r\n\r\n${body}`);
  return closed;
}

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
