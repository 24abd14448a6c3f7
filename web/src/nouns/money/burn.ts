// How fast money goes, and how long it lasts.

import type { Shape } from "../../api/client.ts";

type Burning = Pick<Shape<"PodView">, "state" | "price">;

/** What the pods cost an hour as they stand now, micro-dollars: the rate of running ones, the stopped rate of stopped ones. */
export function burnRate(pods: readonly Burning[]): number {
  return pods.reduce((sum, { state, price }) => {
    if (state === "running") return sum + price.rate_usd_micros_per_hour;
    if (state === "stopped" || state === "stopping")
      return sum + price.stopped_rate_usd_micros_per_hour;
    return sum;
  }, 0);
}

/** Hours until what is available and what is held is used up; null when nothing costs. */
export function hoursLeft(
  wallet: Pick<Shape<"WalletDetails">, "available_usd_micros" | "held_usd_micros">,
  burn: number,
): number | null {
  return burn > 0 ? Math.max(0, wallet.available_usd_micros + wallet.held_usd_micros) / burn : null;
}
