// What the answers to the status page's questions mean.

import { cloudName } from "../lib/names.ts";
import { span } from "../lib/time.ts";

export interface Verdict {
  state: "ok" | "warn" | "bad";
  words: string;
}

/** A market that was read longer ago than this is out of date. */
const FRESH_MS = 15 * 60_000;
const SLOW_MS = 2_000;

/** A cloud as far as it matters here. */
export interface CloudStatus {
  provider: string;
  status: "healthy" | "silent" | "resting";
  /** When it last answered; absent in SANDBOX, where no cloud is asked. */
  read_at?: string | null;
}

/** More names than this would be no sentence. */
const NAMED_MAX = 3;

/** Which clouds do not answer or are not asked for machines just now. */
function judgeClouds(clouds: readonly CloudStatus[] | null): Verdict {
  if (clouds === null) return { state: "bad", words: "not known" };
  const troubled = clouds.filter(({ status }) => status !== "healthy");
  if (troubled.length > 0) {
    const names = troubled.slice(0, NAMED_MAX).map(({ provider }) => cloudName(provider));
    const more = troubled.length - names.length;
    return {
      state: "warn",
      words:
        `${troubled.length} of ${clouds.length} in trouble: ${names.join(", ")}` +
        `${more > 0 ? ` and ${more} more` : ""}`,
    };
  }
  const asked = clouds.some(({ read_at: at }) => at != null);
  return { state: "ok", words: asked ? `all ${clouds.length} answer` : "simulated" };
}

/**
 * `tookMs` is how long the API took, `takenAt` when the market was read, and `clouds` those on it;
 * null without an answer.
 */
export function judge({
  tookMs,
  takenAt,
  clouds,
  now,
}: {
  tookMs: number | null;
  takenAt: number | null;
  clouds: readonly CloudStatus[] | null;
  now: number;
}): { api: Verdict; market: Verdict; clouds: Verdict } {
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
    clouds: judgeClouds(clouds),
  };
}
