// The streaming tail worker that the oracle attaches to each case: hands every invocation's events to the harness when
// the invocation is over. What JSON cannot say (bigint, undefined, NaN, -0, dates) is wrapped as {"$type": text}.
export default {
  tailStream(onset, env) {
    const events = [onset];
    return (event) => {
      events.push(event);
      if (event.event.type !== "outcome") return;
      return env.HARNESS.fetch("http://harness/", { method: "POST", body: JSON.stringify(events, wrap) });
    };
  },
};

function wrap(key, encoded) {
  const value = this[key];
  if (value instanceof Date) return { $date: String(value.getTime()) };
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { $number: Object.is(value, -0) ? "-0" : String(value) };
  }
  return value === undefined ? { $undefined: "" } : encoded;
}
