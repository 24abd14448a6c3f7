// Paying for a plan: what it costs, with which card, and the wait until the plan is there.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Shape } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { useTitle } from "../../shell/title.ts";
import { usd } from "../../lib/money.ts";
import { planName } from "../../lib/names.ts";
import { date } from "../../lib/time.ts";
import { ButtonLink, Card, Empty, Facts, Failed, PageHead, Skeleton } from "../../ui/index.ts";
import { useAgreement } from "../billing/agreement.tsx";
import { PayWith } from "./pay-with.tsx";
import { type Interval, isPaid, type Plan, priceOf } from "./plan-price.ts";
import { subscribe } from "./subscribe.ts";
import { Summary } from "./summary.tsx";
import { Waiting } from "./waiting.tsx";

const route = getRouteApi("/shell/own/pay");
const COLUMNS = "grid max-w-[960px] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_360px]";
const OPEN: readonly Shape<"SubscriptionStatus">[] = ["active", "trialing", "past_due", "unpaid"];

export function Pay() {
  const search = route.useSearch();
  const plans = useQuery(queries.plans());
  const me = useQuery(queries.me());
  const subscription = useQuery(queries.subscription());
  const [paid, setPaid] = useState<{ plan: string; since: number } | null>(null);
  const reads = [plans, me, subscription];
  const broken = reads.find((read) => read.isError && !read.data);
  const wanted = search.plan ?? (me.data && me.data.plan_wanted !== "free" ? me.data.plan_wanted : "pro");
  const plan = plans.data?.items.find(({ id }) => id === wanted);
  const known = subscription.data?.subscription;
  const open = known && OPEN.includes(known.status) ? known : null;
  const title = open && !paid ? "Your plan" : plan && isPaid(plan) ? `Pay for ${planName(plan.id)}` : "Pay for a plan";
  useTitle(title);

  const body = () => {
    if (paid) return <Waiting {...paid} />;
    if (broken) return <div className="card"><Failed what="This page" error={broken.error} retry={() => reads.forEach((read) => void read.refetch())} /></div>;
    if (!plans.data || !me.data || !subscription.data) return <Loading />;
    if (open) return <Already subscription={open} />;
    if (!plan || !isPaid(plan)) return <Nothing />;
    return <Checkout plans={plans.data.items.filter(isPaid)} plan={plan} interval={search.interval ?? "month"} onPaid={() => setPaid({ plan: plan.id, since: Date.now() })} />;
  };
  return <><PageHead title={title} />{body()}</>;
}

interface CheckoutProps { plans: Plan[]; plan: Plan; interval: Interval; onPaid: () => void }

function Checkout({ plans, plan, interval, onPaid }: CheckoutProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { ask, dialog } = useAgreement();
  const price = usd(priceOf(plan, interval));
  const name = planName(plan.id);
  const pay = async (card: string) => {
    const text = <p>Your card is charged {price} now and again every {interval} until you cancel.</p>;
    if (!(await ask({ title: `Pay ${price}`, action: `Pay ${price}`, name, text }))) return;
    try {
      await subscribe({ plan: plan.id, interval, card });
    } catch (error) {
      if (codeOf(error) === "already_subscribed") void client.invalidateQueries({ queryKey: ["subscription"] });
      throw error;
    }
    for (const key of ["subscription", "cards", "me"]) void client.invalidateQueries({ queryKey: [key] });
    onPaid();
  };
  return (
    <div className={COLUMNS}>
      <div className="lg:order-2">
        <Summary plans={plans} plan={plan} interval={interval} onChange={(to) => void navigate({ to: "/pay", search: to, replace: true })} />
      </div>
      <Card title="Card"><PayWith onCard={pay} submitLabel={`Pay ${price}`} /></Card>
      {dialog}
    </div>
  );
}

function Already({ subscription: { plan, interval, status, current_period_end, cancel_at_period_end } }: { subscription: Shape<"SubscriptionView"> }) {
  const late = status === "past_due" || status === "unpaid";
  return (
    <Card title={`You are on ${planName(plan)}`} className="max-w-xl">
      <div className="grid gap-4">
        <p className="text-mute">{late ? "Its last payment failed. Your cards and the plan are in billing." : "There is nothing to pay now. Changing the plan or the interval, and cancelling, is in billing."}</p>
        <Facts of={[["Paid", interval === "year" ? "by the year" : "by the month"], [cancel_at_period_end ? "Ends" : "Paid until", date(current_period_end)]]} />
        <div className="flex flex-wrap gap-2">
          <ButtonLink to="/billing" search={{ tab: "plan" }} tone="primary">Change the plan</ButtonLink>
          <ButtonLink to="/overview">Go to the overview</ButtonLink>
        </div>
      </div>
    </Card>
  );
}

const Nothing = () => (
  <div className="card">
    <Empty title="Free costs nothing" action={<div className="flex flex-wrap justify-center gap-2"><ButtonLink to="/offers" tone="primary">Browse GPUs</ButtonLink><ButtonLink to="/pay" search={{ plan: "pro" }}>See Pro</ButtonLink></div>}>
      There is nothing to pay for it. GPU time is paid from your wallet.
    </Empty>
  </div>
);

const Loading = () => (
  <div className={COLUMNS}>
    <output className="sr-only">Loading</output>
    <div className="card grid gap-4 p-5 lg:order-2"><Skeleton className="h-8 w-40" /><Skeleton className="h-10 w-32" /><Skeleton className="h-3.5" /><Skeleton className="h-3.5" /><Skeleton className="h-3.5 w-2/3" /></div>
    <div className="card grid gap-4 p-5"><Skeleton className="h-5 w-24" /><Skeleton className="h-9" /><Skeleton className="h-9" /><Skeleton className="h-11" /></div>
  </div>
);
