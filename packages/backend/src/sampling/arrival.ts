// When a request arrived that waits in a queue, in ms since 1970: it stands before the request.

export const ARRIVAL_BYTES = 8;

export function arrivalNow(): Uint8Array {
  const arrival = Buffer.alloc(ARRIVAL_BYTES);
  arrival.writeDoubleLE(Date.now());
  return arrival;
}

export const arrivalOf = (record: Uint8Array): number =>
  new DataView(record.buffer, record.byteOffset, ARRIVAL_BYTES).getFloat64(0, true);
