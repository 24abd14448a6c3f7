// What a pod has cost so far, counted as it runs, and what it costs from here on.

import { asked, rate, usd } from "../../lib/money.ts";
import { clock, countdown, moment, span } from "../../lib/time.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { Card, Facts } from "../../ui/index.ts";
import { PriceParts, Sums, sumsOf } from "../../nouns/money/price.tsx";
import { costText, type Cost } from "../../nouns/pod/cost.ts";
import { isDeploying, isReplacing, OVER, placeOf, type PodView } from "../../nouns/pod/life.ts";
import { UNCHARGED_UNTIL_ANSWER, UNCHARGED_YET } from "../../nouns/pod/words.ts";
import { useCost } from "../../nouns/pod/live-cost.tsx";

function underSum(pod: PodView, cost: Cost, readAt: number): string {
  if (isDeploying(pod)) return isReplacing(pod) ? UNCHARGED_UNTIL_ANSWER : UNCHARGED_YET;
  if (!pod.running_at) return "It never ran, so nothing was charged.";
  const { runningSecs: secs } = cost;
  const ran = `Ran for ${secs < 86_400 ? countdown(secs) : span(secs)}`;
  const stood = pod.stopped_secs > 0 ? `, stopped for ${span(pod.stopped_secs)}` : "";
  return cost.old
    ? `${ran}${stood}. Counted until shortly after ${clock(new Date(readAt).toISOString())}, ` +
        "the last update we have."
    : `${ran}${stood}.`;
}

/** What it costs from here on: what it costs now first, and what it would cost otherwise. */
function Rates({ pod }: { pod: PodView }) {
  const { price, state, stoppable } = pod;
  const disk = price.stopped_rate_usd_micros_per_hour;
  const stopped = disk > 0 ? `${rate(disk)} per hour` : "free";
  if (state === "stopped" || state === "stopping")
    return (
      <>
        <h3 className="mb-1 text-label text-mute">While stopped, for its disk</h3>
        <Sums price={sumsOf(disk)} />
        <Facts
          className="mt-4"
          of={[["When running", `${rate(price.rate_usd_micros_per_hour)} per hour`]]}
        />
      </>
    );
  return (
    <>
      <Sums price={price} />
      {stoppable && <Facts className="mt-4" of={[["While stopped", stopped]]} />}
    </>
  );
}

export function CostCard({ pod, readAt }: { pod: PodView; readAt: number }) {
  const cost = useCost(pod, readAt);
  return (
    <Card>
      <h2 className="text-label text-mute">
        {OVER.includes(pod.state) ? "What it cost" : "Cost so far"}
      </h2>
      <p className="num text-price font-semibold">
        {pod.running_at ? costText(cost.micros) : usd(0)}
      </p>
      <p className="num mb-4 text-label text-mute">{underSum(pod, cost, readAt)}</p>
      <Rates pod={pod} />
      <Facts
        className="mt-2"
        of={[
          isDeploying(pod) && pod.state !== "pending" && ["On hold", asked(pod.hold_usd_micros)],
        ]}
      />
      {pod.funded_until && (
        <p className="num mt-2 text-label text-mute">
          Paid ahead to {moment(pod.funded_until)}; renews automatically while you have credit.
        </p>
      )}
      <Disclosure label="What makes up the price" className="mt-3 border-t border-line pt-1">
        <PriceParts price={pod.price} provider={placeOf(pod)?.cloud} stoppable={pod.stoppable} />
      </Disclosure>
    </Card>
  );
}
