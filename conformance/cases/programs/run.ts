// Runs the program that it is sent (programs/program.ts). What the program records is compared, and what it notices.
import { tracing } from "cloudflare:workers";
import type { Program } from "../../programs/program.ts";
import { type Api, runProgram } from "../../programs/run.ts";

export default {
  async fetch(request, _env, ctx) {
    const program = (await request.json()) as Program;
    const name = request.headers.get("program");
    if (name !== null) tracing.getActiveSpan()?.setAttribute("program", name);
    return Response.json(await runProgram(program, tracing as unknown as Api, ctx));
  },
} satisfies ExportedHandler;
