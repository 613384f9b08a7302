// The module that the generated entry imports first, so that the user's finds `tracing` replaced.
import * as workers from "cloudflare:workers";
import { install, type TracingConfig } from "../../../packages/tracing/src/hosts/workerd.ts";

declare const CONFIG: TracingConfig;

export const config = CONFIG;

install(workers.tracing, config);
