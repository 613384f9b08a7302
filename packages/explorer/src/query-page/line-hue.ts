// Which colour the line of a group has: hues far apart, and none near red, which means error.
const HUES = [256, 148, 62, 325, 196, 92, 292, 122, 222, 345, 170, 76] as const;

export const lineHue = (index: number): number => HUES[index % HUES.length] as number;
