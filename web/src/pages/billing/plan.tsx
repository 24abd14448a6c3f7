// The plan: the current one, its state, and changing to another.

import { useQuery } from "@tanstack/react-query";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { planName } from "../../lib/names.ts";
import { Badge, ButtonLink, Card, Failed, Loading, Skeleton } from "../../ui/index.ts";
import type { Plan } from "../../nouns/plan/plan.ts";
import { KeepPlan } from "./plan-acts.tsx";
import { PlanChoices } from "./plan-choices.tsx";
import { grants, priceWords, standing, type Subscription } from "./plan-words.ts";

export function PlanTab() {
  const me = useQuery(queries.me());
  // Changed by the payment provider's webhooks, which are not pushed.
  const paid = useQuery({ ...queries.subscription(), refetchInterval: 30_000 });
  const plans = useQuery(queries.plans());
  const failed = [me, paid, plans].find((one) => one.isError && one.data === undefined);
  if (failed)
    return (
      <Card>
        <Failed what="Your plan" error={failed.error} retry={failed.refetch} />
      </Card>
    );
  if (!me.data || !paid.data || !plans.data) {
    return (
      <Loading label="Loading your plan" className="grid gap-5">
        <Skeleton className="card h-36" />
        <div className="grid gap-5 lg:grid-cols-3">
          <Skeleton className="card h-72" />
          <Skeleton className="card h-72" />
          <Skeleton className="card h-72" />
        </div>
      </Loading>
    );
  }
  const subscription = paid.data.subscription ?? null;
  return (
    <div className="grid gap-5">
      <Current me={me.data} subscription={subscription} plans={plans.data.items} />
      <PlanChoices plans={plans.data.items} subscription={subscription} />
    </div>
  );
}

function Current({
  me,
  subscription,
  plans,
}: {
  me: Shape<"MeView">;
  subscription: Subscription | null;
  plans: readonly Plan[];
}) {
  const { state, word, text, next } = standing(subscription);
  const now = grants(subscription)
    ? (plans.find(({ id }) => id === subscription.plan) ?? me.plan)
    : me.plan;
  const waiting =
    subscription?.status !== "incomplete" &&
    !grants(subscription) &&
    me.plan_wanted !== "free" &&
    me.plan_wanted !== me.plan.id;
  return (
    <Card title="Your plan">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="text-price font-semibold">{planName(now.id)}</p>
        <Badge state={state}>{word}</Badge>
        {grants(subscription) && (
          <span className="num text-mute">{priceWords(now, subscription.interval)}</span>
        )}
      </div>
      <p className="mt-1 max-w-2xl text-mute">{text}</p>
      {waiting && (
        <p className="mt-2 max-w-2xl">
          You chose {planName(me.plan_wanted)} when you registered. It begins with its first
          payment.
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2 empty:hidden">
        {next === "card" && (
          <ButtonLink to="/billing" search={{ tab: "cards" }} tone="primary">
            Add a card that works
          </ButtonLink>
        )}
        {next === "pay" && subscription && (
          <ButtonLink
            to="/pay"
            search={{ plan: subscription.plan, interval: subscription.interval }}
            tone="primary"
          >
            Confirm the payment
          </ButtonLink>
        )}
        {next === "keep" && subscription && <KeepPlan subscription={subscription} plan={now} />}
        {waiting && (
          <ButtonLink to="/pay" search={{ plan: me.plan_wanted, interval: "month" }} tone="primary">
            Pay for {planName(me.plan_wanted)}
          </ButtonLink>
        )}
      </div>
    </Card>
  );
}
