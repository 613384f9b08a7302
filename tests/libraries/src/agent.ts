// The agents SDK: state, SQL, schedules and methods that are called over RPC and over a WebSocket.
import { Agent, callable, getAgentByName, routeAgentRequest } from "agents";

interface Env {
  Counter: DurableObjectNamespace<Counter>;
}

export class Counter extends Agent<Env, { count: number }> {
  override initialState = { count: 0 };

  add(by: number): number {
    this.setState({ count: this.state.count + by });
    this.sql`CREATE TABLE IF NOT EXISTS added (n INTEGER)`;
    this.sql`INSERT INTO added (n) VALUES (${by})`;
    return this.state.count;
  }

  @callable()
  double(n: number): number {
    return 2 * n;
  }

  override async onRequest(): Promise<Response> {
    const rows = this.sql<{ n: number }>`SELECT n FROM added ORDER BY n`;
    const schedule = await this.schedule(3_600, "later", { why: "test" });
    await this.cancelSchedule(schedule.id);
    return Response.json({ state: this.state, rows, scheduled: schedule.callback });
  }

  later(): void {}
}

export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname === "/add") {
      const counter = await getAgentByName<Env, Counter>(env.Counter, "one");
      return Response.json([await counter.add(2), await counter.add(3)]);
    }
    return (await routeAgentRequest(request, env)) ?? new Response("no agent", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
