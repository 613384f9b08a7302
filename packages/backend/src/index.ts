// What the package gives to programs: the server, its settings, its tokens, and its data as files.

export { type GivenToken, SCOPES, type Scope } from "./auth/token.ts";
export { createToken, listTokens, revokeToken, type TokenRecord } from "./auth/token-files.ts";
export type { Backend, BackendOptions, CommittedChange } from "./backend.ts";
export { BackendError, type BackendErrorCode } from "./error.ts";
export type { Destination } from "./forward/destination.ts";
export type { ServiceRoute, SignalRoute } from "./forward/routes.ts";
export { readSaved as readSavedDestinations } from "./forward/saved-destinations.ts";
export type { RetryOptions } from "./forward/sender.ts";
export type { Limits } from "./http/limits.ts";
export { LOG_LEVELS, type LogLevel, type LogLine } from "./operations/log.ts";
export { type ParquetSignal, readParquet, writeParquet } from "./parquet/parquet.ts";
export type { RetentionOptions } from "./retention/retention.ts";
export { type SamplingSettings, samplingSettings } from "./sampling/policy.ts";
export { readSettings, type Settings } from "./settings/settings.ts";
export { startBackend } from "./start.ts";
export { type Inspection, inspectDataDir } from "./store/duckdb/inspect.ts";
export type { StoredEntry } from "./store/store.ts";
