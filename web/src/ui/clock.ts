// The current time, for pages that count up or down.

import { useEffect, useState } from "react";
import { serverNow } from "../lib/server-time.ts";

/**
 * Now by the server's clock, milliseconds since 1970, updated every `every` milliseconds; null
 * stops it.
 */
export function useNow(every: number | null = 1_000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (every === null) return;
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
