// What is wrong with a telemetry query, for the caller to mend. Answered with 400 and this message.

export class QueryFault extends Error {
  override readonly name = "QueryFault";
}
