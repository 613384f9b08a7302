declare module "#a-library" {
  export const madeAtStartUp: boolean;
  export function compute(n: number): number;
}
