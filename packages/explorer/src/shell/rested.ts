// A value that is being typed, once it has rested: so that not every key is a question to the server.
import { useEffect, useState } from "react";

const REST_MS = 200;

export function useRested<Value>(value: Value, restMs = REST_MS): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return rested;
}
