import { expect, it } from "vitest";
import { filterLogs, type LogFilter } from "./filter-logs.ts";
import type { LogLevel, LogRecord } from "./model.ts";
import { nanos, unixNanos } from "./time.ts";

const log = (key: number, level: LogLevel, message: string, userId = ""): LogRecord => ({
  key,
  time: nanos(key),
  timeUnixNano: unixNanos(BigInt(key)),
  level,
  body: { type: "string", value: message },
  attributes: [{ key: "user.id", value: { type: "string", value: userId } }],
  droppedAttributes: 0,
  spanId: "",
  eventName: "",
  source: undefined,
});
const LOGS = [
  log(0, "info", "Order read"),
  log(1, "warn", "card declined", "u-7"),
  log(2, "fatal", "order lost", "u-7"),
  log(3, "trace", "order priced"),
];

it.each<[LogFilter, number[]]>([
  [{}, [0, 1, 2, 3]],
  [{ levels: "" }, [0, 1, 2, 3]],
  [{ levels: "none.such" }, [0, 1, 2, 3]],
  [{ levels: "warn" }, [1]],
  [{ levels: "error.debug" }, [2, 3]],
  [{ q: "ORDER" }, [0, 2, 3]],
  [{ q: "order -lost" }, [0, 3]],
  [{ q: "user.id=u-7" }, [1, 2]],
  [{ q: "order user.id=u-7" }, [2]],
  [{ q: "order", levels: "info.warn" }, [0]],
])("%o", (filter, keys) => {
  expect(filterLogs(LOGS, filter).map(({ key }) => key)).toEqual(keys);
});
