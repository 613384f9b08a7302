// Sockets of every fate: closed, left open, refused, broken off, upgraded to a TLS that fails; and what is refused at once.
import { connect } from "cloudflare:sockets";
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

const REQUEST = new TextEncoder().encode("GET /socket HTTP/1.0\r\n\r\n");

async function ask(socket: Socket): Promise<string | undefined> {
  const writer = socket.writable.getWriter();
  await writer.write(REQUEST);
  const answer = await new Response(socket.readable).text();
  return answer.split("\r\n").at(-1);
}

export default {
  async fetch(_request, { UPSTREAM }) {
    const { host, hostname, port } = new URL(UPSTREAM);
    const calls: Record<string, () => unknown> = {
      async closed() {
        const socket = connect(host);
        const answer = await ask(socket);
        await socket.close();
        return [answer, await socket.closed];
      },
      async options() {
        const socket = connect(
          { hostname, port: Number(port) },
          { allowHalfOpen: true, secureTransport: "off" },
        );
        const answer = await tracing.enterSpan("ask", () => ask(socket));
        await socket.close();
        return [answer, socket.secureTransport];
      },
      async "at once"() {
        const sockets = [connect(host), connect(host)];
        const answers = await Promise.all(sockets.map(ask));
        await Promise.all(sockets.map((socket) => socket.close()));
        return answers;
      },
      async startTls() {
        const socket = connect(host, { secureTransport: "starttls", allowHalfOpen: false });
        await socket.opened;
        const secured = socket.startTls();
        const failed = await secured.opened.then(
          () => false,
          () => true,
        );
        return [failed, socket.upgraded, secured === socket];
      },
      refused: () => connect("127.0.0.1:1").opened,
      "refused, unheard": () => typeof connect("127.0.0.1:1"),
      "left open": () => Object.getOwnPropertyNames(connect(host)),
      "no port": () => connect("127.0.0.1"),
      "no host": () => connect({ port: 1 } as SocketAddress).opened,
      "no address": () => (connect as () => Socket)(),
      "wrong port": () => connect("127.0.0.1:70000"),
      "wrong option": () => connect(host, { secureTransport: "some", allowHalfOpen: false } as never),
      function: () => [connect.name, connect.length],
      async imported() {
        const again = await import("cloudflare:sockets");
        const socket = again.connect(host);
        await socket.close();
        return [again.connect === connect, Object.keys(again).sort()];
      },
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => attemptAsync(call));
    }
    return Response.json(results);
  },
} satisfies ExportedHandler<Env>;
