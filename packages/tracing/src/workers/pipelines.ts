// The stand-in for the module `cloudflare:pipelines`.
import { Entrypoint } from "./entrypoints.ts";

/** A class to extend, whose `run` Cloudflare's pipelines call. Nothing here does. */
export abstract class PipelineTransformationEntrypoint<Env = unknown, Context = unknown> extends Entrypoint<
  Context,
  Env
> {}
