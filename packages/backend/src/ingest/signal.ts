// What OTLP sends, and how it writes that down.

export type Signal = "traces" | "logs" | "metrics";
export type Encoding = "json" | "protobuf";
