// The smallest collector on the runtime's own tracing: one request to the receiver for each invocation.
export default {
  tailStream(onset, env) {
    const events = [onset];
    return (event) => {
      events.push(event);
      if (event.event.type !== "outcome") return;
      const body = JSON.stringify(events, (_, value) => (typeof value === "bigint" ? String(value) : value));
      return fetch(`${env.RECEIVER_URL}/v1/traces`, { method: "POST", body });
    };
  },
};
