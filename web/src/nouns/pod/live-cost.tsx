// What a pod has cost so far, counted as it runs.

import { usd } from "../../lib/money.ts";
import { useNow } from "../../ui/index.ts";
import { costAt, costText, type Cost } from "./cost.ts";
import type { PodView } from "./life.ts";

const charged = (pod: PodView): boolean => pod.state === "running" || pod.state === "stopped";

/** A pod's current cost. */
export function useCost(pod: PodView, readAt: number): Cost {
  const now = useNow(charged(pod) ? 1_000 : null);
  return costAt(pod, readAt, now);
}

/** The cost by itself, for lists. */
export function LiveCost({ pod, readAt }: { pod: PodView; readAt: number }) {
  const { micros } = useCost(pod, readAt);
  return <>{pod.running_at ? costText(micros) : usd(0)}</>;
}
