// A value that follows once it rests.

import { useEffect, useState } from "react";

/** `value` as it was when it last rested for `ms`; values are compared as texts, so a new object of the same content does not count. */
export function useDebounced<T>(value: T, ms: number): T {
  const [rested, setRested] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(JSON.parse(text) as T), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return rested;
}
