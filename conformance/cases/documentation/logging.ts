// "Logging within spans" of the documentation, unchanged but for the await that a handler needs.
import { tracing } from "cloudflare:workers";

const token = "token";
const amount = 42;

async function chargeCard(_token: string, charged: number) {
  await scheduler.wait(1);
  return { id: `charge-${charged}` };
}

export default {
  async fetch() {
    // biome-ignore lint/correctness/noUnusedFunctionParameters: the documentation's own text
    await tracing.enterSpan("processPayment", async (span) => {
      console.log("Starting payment processing"); // attributed to "processPayment"
      const result = await chargeCard(token, amount);
      console.log("Payment complete", result.id); // also attributed to "processPayment"
    });
    return new Response("paid");
  },
} satisfies ExportedHandler;
