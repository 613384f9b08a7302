// Calls on what a call will give, before it is there, and on what it gave.
import { DurableObject, RpcTarget, tracing } from "cloudflare:workers";

class Account extends RpcTarget {
  #balance = 0;
  add(amount: number): number {
    return tracing.enterSpan(`add ${amount}`, () => {
      this.#balance += amount;
      return this.#balance;
    });
  }
  get balance(): number {
    return tracing.enterSpan("look", () => this.#balance);
  }
  child(): Account {
    return tracing.enterSpan("bear", () => new Account());
  }
}

export class Bank extends DurableObject {
  open(): Account {
    return tracing.enterSpan("open", () => new Account());
  }
}

export default {
  async fetch(_request, env) {
    const bank = (env.OBJECTS as unknown as DurableObjectNamespace<Bank>).getByName("one");
    const first = await tracing.enterSpan("at once", () => bank.open().add(1));
    const second = await tracing.enterSpan("of a child", () => bank.open().child().add(2));
    using account = await bank.open();
    const third = await tracing.enterSpan("kept", async () => [await account.add(3), await account.balance]);
    return Response.json([first, second, third]);
  },
} satisfies ExportedHandler<Env>;
