// The program without any tracing: the same callbacks, called with a span that does nothing. What no library can get
// below where it records nothing.
import { type CreatePeer, SPANS } from "../peer.ts";

const NOTHING = {
  setAttribute(_key: string, _value: string | number) {
    return this;
  },
};

const create: CreatePeer = ({ isAsync, attributes }) => {
  const call = <T>(callback: (span: typeof NOTHING) => T): T => callback(NOTHING);

  function sync(): void {
    for (let i = 0; i < SPANS; i++) {
      if (attributes) {
        call((span) => {
          span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
        });
      } else call(() => {});
    }
  }

  async function async(): Promise<void> {
    for (let i = 0; i < SPANS; i++) {
      if (attributes) {
        await call(async (span) => {
          span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
        });
      } else await call(async () => {});
    }
  }

  return { invocation: isAsync ? async : sync, release: () => 0 };
};

export default create;
