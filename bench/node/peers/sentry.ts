// Sentry's SDK as `init` sets it up, without its integrations, which are not what is measured, and with a transport
// that keeps what it gets. It streams spans: each is handed to the client when it ends, and buffered there.
import * as Sentry from "@sentry/node";
import { type CreatePeer, SPANS } from "../peer.ts";

const FLUSH_MS = 10_000;

type Transport = NonNullable<ReturnType<NonNullable<Sentry.NodeOptions["transport"]>>>;
type Envelope = Parameters<Transport["send"]>[0];

const create: CreatePeer = ({ isAsync, sampled, attributes }) => {
  let kept: Envelope[] = [];
  Sentry.init({
    dsn: "http://key@127.0.0.1:9/1",
    tracesSampleRate: sampled ? 1 : 0,
    defaultIntegrations: false,
    sendClientReports: false,
    transport: () => ({
      async send(envelope) {
        kept.push(envelope);
        return {};
      },
      flush: async () => true,
    }),
  });

  function sync(): void {
    Sentry.startSpan({ name: "root", forceTransaction: true }, () => {
      for (let i = 0; i < SPANS; i++) {
        if (attributes) {
          Sentry.startSpan({ name: "span" }, (span) => {
            span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
          });
        } else Sentry.startSpan({ name: "span" }, () => {});
      }
    });
  }

  async function async(): Promise<void> {
    await Sentry.startSpan({ name: "root", forceTransaction: true }, async () => {
      for (let i = 0; i < SPANS; i++) {
        if (attributes) {
          await Sentry.startSpan({ name: "span" }, async (span) => {
            span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
          });
        } else await Sentry.startSpan({ name: "span" }, async () => {});
      }
    });
  }

  return {
    invocation: isAsync ? async : sync,
    async release() {
      await Sentry.flush(FLUSH_MS);
      let count = 0;
      for (const [, items] of kept) {
        for (const [header] of items) count += (header as { item_count?: number }).item_count ?? 0;
      }
      kept = [];
      return count;
    },
  };
};

export default create;
