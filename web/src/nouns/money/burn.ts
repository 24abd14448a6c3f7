// How fast money is spent, and how long it lasts.

import type { Shape } from "../../api/client.ts";

type Burning = Pick<Shape<"PodView">, "state" | "price">;

/**
 * What the pods cost per hour now, micro-dollars: running ones their rate, stopped ones their
 * stopped rate.
 */
export function burnRate(pods: readonly Burning[]): number {
  return pods.reduce((sum, { state, price }) => {
    if (state === "running") return sum + price.rate_usd_micros_per_hour;
    if (state === "stopped" || state === "stopping")
      return sum + price.stopped_rate_usd_micros_per_hour;
    return sum;
  }, 0);
}

/** Hours until the available and the held money is used up; null when nothing costs anything. */
export function hoursLeft(
  wallet: Pick<Shape<"WalletDetails">, "available_usd_micros" | "held_usd_micros">,
  burn: number,
): number | null {
  return burn > 0 ? Math.max(0, wallet.available_usd_micros + wallet.held_usd_micros) / burn : null;
}
