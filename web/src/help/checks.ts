// What the answers to the status page's questions mean.

import { span } from "../lib/time.ts";

export interface Verdict {
  state: "ok" | "warn" | "bad";
  words: string;
}

/** A market that was read longer ago than this is out of date. */
const FRESH_MS = 15 * 60_000;
const SLOW_MS = 2_000;

/**
 * `tookMs` is how long the API took and `takenAt` when the market was read; null without an answer.
 */
export function judge({
  tookMs,
  takenAt,
  now,
}: {
  tookMs: number | null;
  takenAt: number | null;
  now: number;
}): { api: Verdict; market: Verdict } {
  const took = Math.max(1, Math.round(tookMs ?? 0)).toLocaleString("en-US");
  const age = span((now - (takenAt ?? now)) / 1_000);
  return {
    api:
      tookMs === null
        ? { state: "bad", words: "does not answer" }
        : tookMs > SLOW_MS
          ? { state: "warn", words: `answers slowly, in ${took} ms` }
          : { state: "ok", words: `answers in ${took} ms` },
    market:
      takenAt === null
        ? { state: "bad", words: "does not answer" }
        : now - takenAt > FRESH_MS
          ? { state: "warn", words: `prices were last read ${age} ago` }
          : { state: "ok", words: `prices were read ${age} ago` },
  };
}
