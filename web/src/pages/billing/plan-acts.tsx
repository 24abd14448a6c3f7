// The changes to a subscription: another plan, cancelling, and taking the cancellation back.

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { planName } from "../../lib/names.ts";
import type { Interval } from "../../lib/plan-price.ts";
import { date } from "../../lib/time.ts";
import { Button, Confirm, toast } from "../../ui/index.ts";
import type { Plan } from "../../nouns/plan/plan.ts";
import { changeWords, priceWords, type Subscription } from "./plan-words.ts";

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

const change = (plan: Plan["id"], interval: Interval) =>
  answer(api.POST("/api/v2/billing/subscription/change", { body: { plan, interval } }));

export function KeepPlan({ subscription, plan }: { subscription: Subscription; plan: Plan }) {
  const changed = useSubscription();
  const end = date(subscription.current_period_end);
  const [asking, setAsking] = useState(false);
  const name = planName(plan.id);
  const keep = async () => {
    changed(await change(subscription.plan, subscription.interval));
    toast(`${name} continues.`);
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
          {name} no longer ends on {end}, but renews that day for{" "}
          {priceWords(plan, subscription.interval)}. Nothing is charged now.
        </p>
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
  const move = async () => {
    changed(await change(plan.id, interval));
    toast(same ? `${name} is paid by the ${interval} now.` : `Your plan is ${name} now.`);
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
          {name} costs {priceWords(plan, interval)} and begins at once.{" "}
          {changeWords(now, subscription.interval, plan, interval)}
        </p>
        {!same && (
          <p>
            It lets {plan.running_pods_max} {plan.running_pods_max === 1 ? "pod" : "pods"} run at a
            time, at {plan.brokerage_basis_points / 100} % brokerage. Running pods keep the price
            you saw.
          </p>
        )}
        {subscription.cancel_at_period_end && <p>This also withdraws your cancellation.</p>}
      </Confirm>
    </>
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
          {name} stays until {until}, which you have already paid for. After that your plan is Free,
          and nothing more is charged for it. Nothing is refunded.
        </p>
        <p>Until then you can undo this.</p>
      </Confirm>
    </>
  );
}
