import { expect, it } from "vitest";
import { formatValue } from "./format-value.ts";
import type { Visualisation } from "./query.ts";

it.each<[Visualisation, number | undefined, string]>([
  [{ operator: "count", key: "" }, 1_234, "1,234"],
  [{ operator: "count", key: "" }, 12_345_678, "12.3M"],
  [{ operator: "p95", key: "$metadata.duration" }, 48.23, "48.2 ms"],
  [{ operator: "uniq", key: "$metadata.duration" }, 48, "48"],
  [{ operator: "avg", key: "cloudflare.cpu_time_ms" }, 1_500, "1.5 s"],
  [{ operator: "avg", key: "order.total" }, 129.954321, "130"],
  [{ operator: "avg", key: "order.total" }, undefined, "–"],
])("%j of %s is %s", (of, value, text) => {
  expect(formatValue(of, value)).toBe(text);
});
