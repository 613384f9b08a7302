// For programs that start what the command line starts: demos and tests.
export { type Collector, type CollectorOptions, startCollector } from "./collector.ts";
export type { DevWorker } from "./dev/project-worker.ts";
export { type Dev, type DevOptions, startDev } from "./dev/start.ts";
export { CliError } from "./errors.ts";
export { type Run, type RunOptions, startRun } from "./run/start.ts";
