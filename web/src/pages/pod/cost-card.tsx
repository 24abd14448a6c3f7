// What a pod has cost so far, counted as it runs, and what it costs from here on.

import { ChevronDown } from "lucide-react";
import { rate, usd } from "../../lib/money.ts";
import { clock, countdown, moment, span } from "../../lib/time.ts";
import { Card, Facts } from "../../ui/index.ts";
import { PriceParts, Sums } from "../../nouns/money/price.tsx";
import { costText, type Cost } from "../../nouns/pod/cost.ts";
import { isDeploying, placeOf, type PodView } from "../../nouns/pod/life.ts";
import { useCost } from "../../nouns/pod/live-cost.tsx";

function underSum(pod: PodView, cost: Cost, readAt: number): string {
  if (isDeploying(pod)) return "No charge until you activate it.";
  if (!pod.running_at) return "It never ran, so nothing was charged.";
  const { runningSecs: secs } = cost;
  const ran = `Ran for ${secs < 86_400 ? countdown(secs) : span(secs)}`;
  const stood = pod.stopped_secs > 0 ? `, stopped for ${span(pod.stopped_secs)}` : "";
  return cost.old
    ? `${ran}${stood}. Counted until shortly after ${clock(new Date(readAt).toISOString())}, ` +
        "when we last heard from it."
    : `${ran}${stood}.`;
}

export function CostCard({ pod, readAt }: { pod: PodView; readAt: number }) {
  const cost = useCost(pod, readAt);
  const { price } = pod;
  const disk = price.stopped_rate_usd_micros_per_hour;
  const over = pod.state === "terminated" || pod.state === "failed";
  return (
    <Card>
      <h2 className="text-label text-mute">{over ? "What it cost" : "Cost so far"}</h2>
      <p className="num text-price font-semibold">
        {pod.running_at ? costText(cost.micros) : usd(0)}
      </p>
      <p className="num mb-4 text-label text-mute">{underSum(pod, cost, readAt)}</p>
      <Sums price={price} />
      <Facts
        className="mt-4"
        of={[
          pod.stoppable && ["While stopped", disk > 0 ? `${rate(disk)} per hour` : "nothing"],
          isDeploying(pod) && pod.state !== "pending" && ["Held for it", usd(pod.hold_usd_micros)],
          pod.funded_until ? ["Money held until", moment(pod.funded_until)] : null,
        ]}
      />
      {pod.funded_until && (
        <p className="mt-1 text-label text-mute">
          More is held automatically while you have credit.
        </p>
      )}
      <details className="group mt-3 border-t border-line pt-1">
        <summary className="flex min-h-9 items-center gap-1.5 rounded-sm font-medium">
          Parts of the price
          <ChevronDown
            size={14}
            aria-hidden
            className="transition-transform group-open:rotate-180"
          />
        </summary>
        <PriceParts price={price} provider={placeOf(pod)?.cloud} className="pt-1" />
      </details>
    </Card>
  );
}
