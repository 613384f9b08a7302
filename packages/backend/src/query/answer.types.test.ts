// Our answers are what Cloudflare's client declares. Checked by the compiler; the test only names it.

import type Cloudflare from "cloudflare";
import { expectTypeOf, test } from "vitest";
import type { KeyResult, QueryResult, ValueResult } from "./answer.ts";

type Declared = Cloudflare.Workers.Observability.TelemetryQueryResponse;

test("answers are assignable to the declarations", () => {
  expectTypeOf<QueryResult>().toExtend<Declared>();
  expectTypeOf<KeyResult>().toExtend<Cloudflare.Workers.Observability.TelemetryKeysResponse>();
  expectTypeOf<ValueResult>().toExtend<Cloudflare.Workers.Observability.TelemetryValuesResponse>();
});
