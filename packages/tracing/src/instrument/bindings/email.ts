// Mail: what a Worker sends by a binding, and what it does with a message that it gets.
import type { Instrumentations } from "../env.ts";
import type { OperationAttributes } from "../operation.ts";
import { type Methods, traceCall } from "./call.ts";

type Address = string | { email: string };

interface Email {
  from?: Address | undefined;
  to?: Address | Address[] | undefined;
  rawSize?: number;
}

export const email: Instrumentations = {
  SendEmail: (runtime, binding: Methods, name) =>
    traceCall(runtime, binding, "send", operation("send_email", name), emailAttributes),
  email: (runtime, message: Methods) => {
    traceCall(runtime, message, "forward", operation("forward_email"), (to: string, self: Email) =>
      emailAttributes({ ...self, to }),
    );
    // One that is built, and not written out, goes to the sender.
    traceCall(runtime, message, "reply", operation("reply_email"), ({ from, to }: Email, self: Email) =>
      emailAttributes({ from, to: to ?? self.from }),
    );
  },
};

const operation = (name: string, bindingName?: string) => ({
  name,
  attributes() {
    return { "cloudflare.binding.type": "SendEmail", "cloudflare.binding.name": bindingName };
  },
});

function emailAttributes({ from, to, rawSize }: Email): OperationAttributes {
  const text = (addresses: Address | Address[] | undefined) =>
    addresses &&
    [addresses]
      .flat()
      .map((one) => (one as { email: string }).email ?? one)
      .join(", ");
  return {
    "cloudflare.send_email.from": text(from),
    "cloudflare.send_email.to": text(to),
    "cloudflare.send_email.message.bytes": rawSize,
  };
}
