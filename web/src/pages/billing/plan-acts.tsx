// The changes to a subscription: another plan, cancelling, and taking the cancellation back.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { exact } from "../../lib/money.ts";
import { planName } from "../../lib/names.ts";
import type { Interval } from "../../lib/plan-price.ts";
import { date } from "../../lib/time.ts";
import { Button, Confirm, Skeleton, toast } from "../../ui/index.ts";
import { cardName } from "../../nouns/card/card-line.tsx";
import type { Plan } from "../../nouns/plan/plan.ts";
import { PreviewFacts, useShownAmounts } from "./plan-preview.tsx";
import { priceWords, type Preview, type Subscription } from "./plan-words.ts";

/** By when the payment provider has usually notified us of a change. */
const NOTICE_MS = 4_000;

/** Shows an act's answer at once and reloads what depends on it. */
function useSubscription(): (now: Subscription) => void {
  const client = useQueryClient();
  return (now) => {
    client.setQueryData(queries.subscription().queryKey, { subscription: now });
    setTimeout(() => {
      for (const query of [queries.subscription(), queries.me()])
        void client.invalidateQueries({ queryKey: query.queryKey });
    }, NOTICE_MS);
  };
}

const change = ({ plan, interval, as_of }: Preview) =>
  answer(api.POST("/api/v2/billing/subscription/change", { body: { plan, interval, as_of } }));

export function KeepPlan({ subscription, plan }: { subscription: Subscription; plan: Plan }) {
  const changed = useSubscription();
  const end = date(subscription.current_period_end);
  const [asking, setAsking] = useState(false);
  const name = planName(plan.id);
  const { plan: id, interval } = subscription;
  const withAmounts = useShownAmounts(id, interval);
  const keep = async () => {
    changed(await withAmounts(change));
    toast(`You keep ${name}.`);
  };
  return (
    <>
      <Button tone="primary" onClick={() => setAsking(true)}>
        Keep {name}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Keep ${name}`}
        action={`Keep ${name}`}
        onConfirm={keep}
        name={name}
      >
        <p>
          {name} no longer ends on {end}: it renews that day.
        </p>
        <PreviewFacts plan={id} interval={interval} before={id} />
      </Confirm>
    </>
  );
}

interface ChangeProps {
  subscription: Subscription;
  now: Plan;
  plan: Plan;
  interval: Interval;
  primary: boolean;
}

export function ChangePlan({ subscription, now, plan, interval, primary }: ChangeProps) {
  const changed = useSubscription();
  const [asking, setAsking] = useState(false);
  const name = planName(plan.id);
  const same = plan.id === subscription.plan;
  const label = same ? `Pay ${name} by the ${interval}` : `Change to ${name}`;
  const withAmounts = useShownAmounts(plan.id, interval);
  const move = async () => {
    changed(await withAmounts(change));
    toast(same ? `You now pay for ${name} by the ${interval}.` : `You are on ${name} now.`);
  };
  return (
    <>
      <Button
        tone={primary ? "primary" : "plain"}
        className="w-full"
        onClick={() => setAsking(true)}
      >
        {label}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={label}
        action={label}
        onConfirm={move}
        name={name}
      >
        <p>
          {name} costs {priceWords(plan, interval)} and starts now.
          {!same &&
            ` It lets you run ${plan.running_pods_max} ` +
              `${plan.running_pods_max === 1 ? "pod" : "pods"} at a time, at ` +
              `${plan.brokerage_basis_points / 100}% brokerage. Running pods keep their price.`}
          {subscription.cancel_at_period_end && " Your cancellation is withdrawn."}
        </p>
        <PreviewFacts plan={plan.id} interval={interval} before={now.id} />
      </Confirm>
    </>
  );
}

/** The charge that a cancellation prevents. */
function NoMoreCharges({ subscription: { plan, interval } }: { subscription: Subscription }) {
  const preview = useQuery(queries.planPreview(plan, interval));
  if (preview.isError) return null;
  if (!preview.data) return <Skeleton className="h-10" />;
  const { next_charge: next, card, credit_left_usd_micros: credit } = preview.data;
  return (
    <p className="num">
      The next charge, {exact(next.amount_usd_micros)} on {date(next.at)}
      {card && ` to ${cardName(card)}`}, will not be made.
      {credit > 0 && ` Your credit of ${exact(credit)} stays for a later plan.`}
    </p>
  );
}

export function CancelPlan({ subscription, now }: { subscription: Subscription; now: Plan }) {
  const changed = useSubscription();
  const [asking, setAsking] = useState(false);
  const name = planName(now.id);
  const until = date(subscription.current_period_end);
  const cancel = async () => {
    changed(await answer(api.POST("/api/v2/billing/subscription/cancel")));
    toast(`${name} ends on ${until}.`);
  };
  return (
    <>
      <Button className="w-full" onClick={() => setAsking(true)}>
        Cancel {name}
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Cancel ${name}`}
        action={`Cancel ${name}`}
        onConfirm={cancel}
        keep={`Keep ${name}`}
        danger
        name={name}
      >
        <p>
          You keep {name} until {until}, which is paid for. Then your plan is Free. You can change
          your mind until that day; nothing is refunded.
        </p>
        <NoMoreCharges subscription={subscription} />
      </Confirm>
    </>
  );
}
