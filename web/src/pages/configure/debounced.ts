// A value that updates once it has stopped changing.

import { useEffect, useState } from "react";

/**
 * `value` as it last was for `ms`; values are compared as JSON, so a new object with the same
 * content is no change.
 */
export function useDebounced<T>(value: T, ms: number): T {
  const [rested, setRested] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(JSON.parse(text) as T), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return rested;
}
