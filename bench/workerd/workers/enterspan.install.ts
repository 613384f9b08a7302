// The module that the generated entry imports first, so that the user's finds `tracing` replaced.
import * as workers from "cloudflare:workers";
import { type Config, install } from "../../../packages/tracing/src/hosts/workerd.ts";

declare const CONFIG: Config;

// It binds nothing.
export const installation = install(workers.tracing, CONFIG, {});
