// A message that may have to be scrolled is a stop for keys, which scroll it; a short one is none.
const LONG = 200;

export const tabStopOf = (message: string): 0 | undefined => (message.length > LONG ? 0 : undefined);
