// Listeners that are removed, are called once, are called by the program itself, and of a socket that the Worker opens.
import { tracing } from "cloudflare:workers";

const said = (name: string) => () => tracing.enterSpan(name, () => {});

/** Both ends are the Worker's own. */
async function talk(): Promise<string> {
  const { 0: client, 1: server } = new WebSocketPair();
  client.accept();
  server.accept();
  server.addEventListener("message", ({ data }) => {
    tracing.enterSpan("answer", () => server.send(`${data} answered`));
  });
  const answer = new Promise<string>((resolve) => {
    client.addEventListener("message", ({ data }) => {
      tracing.enterSpan("answered", () => resolve(String(data)));
    });
  });
  client.send("asked");
  const text = await answer;
  tracing.enterSpan("after the answer", () => {});
  client.close();
  return text;
}

export default {
  async fetch() {
    const socket: EventTarget = new WebSocketPair()[1];
    const removed = said("removed");
    const kept = said("kept");
    socket.addEventListener("ping", removed);
    socket.addEventListener("ping", kept);
    socket.addEventListener("ping", kept);
    socket.addEventListener("ping", said("once"), { once: true });
    socket.removeEventListener("ping", removed);
    tracing.enterSpan("dispatched", () => {
      socket.dispatchEvent(new Event("ping"));
      socket.dispatchEvent(new Event("ping"));
    });
    return new Response(await tracing.enterSpan("talk", talk));
  },
} satisfies ExportedHandler;
