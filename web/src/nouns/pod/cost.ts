// What a pod has cost so far, extrapolated between two answers of the server by the server's own
// rule: whole seconds, rounded down, and no further than an answer can be trusted.

import { usd } from "../../lib/money.ts";
import type { PodView } from "./life.ts";

type Charged = Pick<
  PodView,
  "state" | "cost_usd_micros" | "running_secs" | "stopped_secs" | "price"
>;

/** After this long without an answer the pod may have been stopped: counting ends. */
export const TRUSTED_MS = 90_000;

export interface Cost {
  micros: number;
  runningSecs: number;
  /** Counting has ended: the sum includes no more than the trusted time after the last answer. */
  old: boolean;
}

/** What is due at a rate for whole seconds, micro-dollars, rounded down. */
const due = (ratePerHour: number, secs: number): number => Math.floor((ratePerHour * secs) / 3600);

/** Its cost at `now`, from the server's answer at `readAt`, both milliseconds since 1970. */
export function costAt(pod: Charged, readAt: number, now: number): Cost {
  const rate =
    pod.state === "running"
      ? pod.price.rate_usd_micros_per_hour
      : pod.state === "stopped"
        ? pod.price.stopped_rate_usd_micros_per_hour
        : 0;
  const age = Math.max(0, now - readAt);
  const more = Math.floor(Math.min(age, TRUSTED_MS) / 1000);
  const counted = pod.state === "running" ? pod.running_secs : pod.stopped_secs;
  const runningSecs = pod.running_secs + (pod.state === "running" ? more : 0);
  return {
    micros: pod.cost_usd_micros + due(rate, counted + more) - due(rate, counted),
    runningSecs,
    old: rate > 0 && age > TRUSTED_MS,
  };
}

/** What it costs now, micro-dollars per hour: its disk's rate while it is stopped, else its own. */
export const rateNow = ({ state, price }: Pick<PodView, "state" | "price">): number =>
  state === "stopped" || state === "stopping"
    ? price.stopped_rate_usd_micros_per_hour
    : price.rate_usd_micros_per_hour;

/** A cost that is still growing: truncated, so that it never shows more than is due. */
export function costText(micros: number): string {
  const digits = Math.abs(micros) < 1_000_000 ? 4 : 2;
  return usd(micros, digits, "down");
}
