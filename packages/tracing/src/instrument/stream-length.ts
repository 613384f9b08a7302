// How many bytes a stream will give, where the runtime knows. workerd shows it to inspectors under a symbol of its own on
// `ReadableStream.prototype`; reading it touches nothing of the stream.

const lengthSymbol = Object.getOwnPropertySymbols(ReadableStream.prototype).find(
  ({ description }) => description === "length",
);

/** Whether `streamLength` can tell anything on this runtime. */
export const knowsStreamLengths = lengthSymbol !== undefined;

/** Bytes of a stream that the runtime has in memory or was told the length of; undefined for any other. */
export function streamLength(stream: ReadableStream): number | undefined {
  if (lengthSymbol === undefined) return undefined;
  const length = (stream as unknown as Record<symbol, unknown>)[lengthSymbol];
  return length === undefined || length === null ? undefined : Number(length);
}
