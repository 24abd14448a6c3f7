// The lines of the statement: what came in, what was charged, and what was left each time. The
// balances are the server's; nothing is added up here but usage that goes on over a page's end.

import type { Shape } from "../../api/client.ts";
import { grantName } from "../../nouns/money/grants.ts";

export type Charge = Shape<"ChargeView">;
export type ChargedPod = Shape<"ChargedPodView">;

const day = (instant: string): string => instant.slice(0, 10);

/** Lines of several pages, one after the other: usage of one day stays one line. */
export function joined(lines: readonly Charge[]): Charge[] {
  const whole: Charge[] = [];
  for (const line of lines) {
    const last = whole.at(-1);
    const goesOn = last?.kind === "usage" && line.kind === "usage" && day(last.at) === day(line.at);
    if (last && goesOn) whole[whole.length - 1] = sum(last, line);
    else whole.push(line);
  }
  return whole;
}

function sum(newer: Charge, older: Charge): Charge {
  const pods = new Map<string, ChargedPod>();
  for (const pod of [...newer.pods, ...older.pods]) {
    const known = pods.get(pod.pod_id)?.amount_usd_micros ?? 0;
    pods.set(pod.pod_id, { ...pod, amount_usd_micros: known + pod.amount_usd_micros });
  }
  return {
    ...newer,
    since: older.since,
    entries: newer.entries + older.entries,
    amount_usd_micros: newer.amount_usd_micros + older.amount_usd_micros,
    pods: [...pods.values()].sort((one, other) => other.amount_usd_micros - one.amount_usd_micros),
  };
}

/** What a line is called; usage of a single pod is called after it, elsewhere. */
export function chargeWords({ kind, grant, pods }: Charge): string {
  switch (kind) {
    case "deposit":
      return "Added by card";
    case "grant":
      return grant ? grantName(grant) : "Free credit";
    case "expiry":
      return `${grant ? grantName(grant) : "Free credit"} expired`;
    case "usage":
      return pods.length === 1 ? "Usage" : `Usage of ${pods.length} pods`;
  }
}
