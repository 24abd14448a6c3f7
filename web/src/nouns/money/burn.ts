// How fast money is spent, and how long it lasts: one answer for the menu, the overview, the wallet
// and the review.

import { useQuery } from "@tanstack/react-query";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { usePolling } from "../../ui/live.tsx";

type Burning = Pick<Shape<"PodView">, "state" | "price">;
type Money = Pick<Shape<"WalletDetails">, "available_usd_micros" | "held_usd_micros">;

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
export function hoursLeft(wallet: Money, burn: number): number | null {
  return burn > 0 ? Math.max(0, wallet.available_usd_micros + wallet.held_usd_micros) / burn : null;
}

export interface Lasting {
  /** What all pods cost per hour, micro-dollars. */
  burn: number;
  /** Hours that all of the money lasts; null when nothing costs anything. */
  hours: number | null;
}

/** How long the money lasts with all pods, and one more that costs `more` an hour. */
export function lasting(wallet: Money, pods: readonly Burning[], more = 0): Lasting {
  const burn = burnRate(pods) + more;
  return { burn, hours: hoursLeft(wallet, burn) };
}

/** `lasting` as it is now; undefined until it is known. */
export function useLasting(more = 0): Lasting | undefined {
  const polling = usePolling(10_000);
  const wallet = useQuery({ ...queries.wallet(), refetchInterval: polling }).data;
  const pods = useQuery({ ...queries.livePods(), refetchInterval: polling }).data?.items;
  return wallet && pods ? lasting(wallet, pods, more) : undefined;
}
