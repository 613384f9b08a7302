// The other service: takes a message, "sends" it, and is slow or down now and then, as other services are.
import { tracing } from "cloudflare:workers";

interface Message {
  orderId: string;
  channel: "email" | "sms";
}

export default {
  async fetch(request) {
    const message = await request.json<Message>();
    if (message.orderId === "1013") {
      console.error("mail gateway refused", message);
      return new Response("mail gateway is down\n", { status: 503 });
    }
    await tracing.enterSpan("deliver", async (span) => {
      span.setAttribute("message.channel", message.channel);
      await scheduler.wait(message.channel === "sms" ? 25 : 8);
    });
    return Response.json({ delivered: true });
  },
} satisfies ExportedHandler;
