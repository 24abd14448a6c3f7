// The time on a page that counts.

import { useEffect, useState } from "react";

/** Now, milliseconds since 1970, renewed each `every` milliseconds; null stops the clock. */
export function useNow(every: number | null = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (every === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
