// Paying for a plan: what it costs, with which card, and waiting until the plan is active.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { usd } from "../../lib/money.ts";
import { planName } from "../../lib/names.ts";
import { type Interval, isPaid, priceOf } from "../../lib/plan-price.ts";
import { date } from "../../lib/time.ts";
import { ButtonLink, Card, Empty, Facts, Failed, PageHead, Skeleton } from "../../ui/index.ts";
import { useTitle } from "../../ui/title.ts";
import { useAgreement } from "../../nouns/money/agreement.tsx";
import type { Plan } from "../../nouns/plan/plan.ts";
import { PayWith } from "./pay-with.tsx";
import { subscribe } from "./subscribe.ts";
import { Summary } from "./summary.tsx";
import { Unfinished } from "./unfinished.tsx";
import { Waiting } from "./waiting.tsx";

const route = getRouteApi("/shell/own/pay");
const COLUMNS = "grid max-w-[960px] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_360px]";
const OPEN: readonly Shape<"SubscriptionStatus">[] = ["active", "trialing", "past_due", "unpaid"];

export function Pay() {
  const search = route.useSearch();
  const plans = useQuery(queries.plans());
  const me = useQuery(queries.me());
  const subscription = useQuery(queries.subscription());
  const [paid, setPaid] = useState<{ plan: string; since: number; pending: boolean } | null>(null);
  const reads = [plans, me, subscription];
  const broken = reads.find((read) => read.isError && !read.data);
  const known = subscription.data?.subscription;
  const waiting = known?.status === "incomplete" ? known : null;
  const wanted =
    search.plan ??
    waiting?.plan ??
    (me.data && me.data.plan_wanted !== "free" ? me.data.plan_wanted : "pro");
  const plan = plans.data?.items.find(({ id }) => id === wanted);
  const interval = search.interval ?? (waiting?.plan === wanted ? waiting.interval : "month");
  const open = known && OPEN.includes(known.status) ? known : null;
  const title =
    open && !paid
      ? "Your plan"
      : plan && isPaid(plan)
        ? `Pay for ${planName(plan.id)}`
        : "Pay for a plan";
  useTitle(title);

  const body = () => {
    if (paid) return <Waiting {...paid} />;
    if (broken)
      return (
        <div className="card">
          <Failed
            what="This page"
            error={broken.error}
            retry={() => reads.forEach((read) => void read.refetch())}
          />
        </div>
      );
    if (!plans.data || !me.data || !subscription.data) return <Loading />;
    if (open) return <Already subscription={open} />;
    if (!plan || !isPaid(plan)) return <Nothing />;
    return (
      <Checkout
        plans={plans.data.items.filter(isPaid)}
        plan={plan}
        interval={interval}
        userId={me.data.user_id}
        waiting={waiting}
        onPaid={(id, came) => setPaid({ plan: id, since: Date.now(), pending: came === "pending" })}
      />
    );
  };
  return (
    <>
      <PageHead title={title} />
      {body()}
    </>
  );
}

interface CheckoutProps {
  plans: Plan[];
  plan: Plan;
  interval: Interval;
  userId: string;
  /** A first payment that was started before. */
  waiting: Shape<"SubscriptionView"> | null;
  onPaid: (plan: Plan["id"], came: "paid" | "pending") => void;
}

function Checkout({ plans, plan, interval, userId, waiting, onPaid }: CheckoutProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { ask, dialog } = useAgreement();
  const preview = useQuery(queries.planPreview(plan.id, interval)).data;
  /** What is charged today: the price, less credit from an earlier plan. */
  const today = usd(preview?.due_now_usd_micros ?? priceOf(plan, interval));
  /** Pays with `card`, or continues the payment that is waiting. */
  const pay = async (of: Plan, each: Interval, card: string | null) => {
    const price = usd(priceOf(of, each));
    const sum = of.id === plan.id && each === interval ? today : price;
    const text = (
      <p>
        We charge your card {sum} now, and {price} every {each} until you cancel.
      </p>
    );
    if (!(await ask({ title: `Pay ${sum}`, action: `Pay ${sum}`, name: planName(of.id), text })))
      return;
    try {
      const came = await subscribe(userId, { plan: of.id, interval: each, card });
      for (const key of ["cards", "me"]) void client.invalidateQueries({ queryKey: [key] });
      onPaid(of.id, came);
    } finally {
      // A payment that did not go through may have changed the subscription too.
      void client.invalidateQueries({ queryKey: ["subscription"] });
    }
  };
  const begun = plans.find(({ id }) => id === waiting?.plan);
  return (
    <div className={COLUMNS}>
      <div className="lg:order-2">
        <Summary
          plans={plans}
          plan={plan}
          interval={interval}
          preview={preview}
          onChange={(to) => void navigate({ to: "/pay", search: to, replace: true })}
        />
      </div>
      <div className="grid gap-5">
        {waiting && begun && (
          <Unfinished subscription={waiting} onConfirm={() => pay(begun, waiting.interval, null)} />
        )}
        <Card title={waiting ? "Another card" : "Card"}>
          <PayWith
            onCard={(card) => pay(plan, interval, card)}
            submitLabel={`Pay ${today}`}
            purpose="pay"
            consent={{
              text:
                `Keep this card. You may charge it ${usd(priceOf(plan, interval))} every ` +
                `${interval} until I cancel, and for other payments that I confirm.`,
              required: true,
            }}
          />
        </Card>
      </div>
      {dialog}
    </div>
  );
}

function Already({
  subscription: { plan, interval, status, current_period_end, cancel_at_period_end },
}: {
  subscription: Shape<"SubscriptionView">;
}) {
  const late = status === "past_due" || status === "unpaid";
  return (
    <Card title={`You are on ${planName(plan)}`} className="max-w-xl">
      <div className="grid gap-4">
        <p className="text-mute">
          {late
            ? "The last payment for it failed. You can change your card and your plan in Billing."
            : "There is nothing to pay now. You can change or cancel your plan in Billing."}
        </p>
        <Facts
          of={[
            ["Paid", interval === "year" ? "by the year" : "by the month"],
            [cancel_at_period_end ? "Ends" : "Paid until", date(current_period_end)],
          ]}
        />
        <div className="flex flex-wrap gap-2">
          <ButtonLink to="/billing" search={{ tab: "plan" }} tone="primary">
            Change the plan
          </ButtonLink>
          <ButtonLink to="/overview">Go to the overview</ButtonLink>
        </div>
      </div>
    </Card>
  );
}

const Nothing = () => (
  <div className="card">
    <Empty
      title="Free costs nothing"
      action={
        <div className="flex flex-wrap justify-center gap-2">
          <ButtonLink to="/offers" tone="primary">
            Browse GPUs
          </ButtonLink>
          <ButtonLink to="/pay" search={{ plan: "pro" }}>
            See Pro
          </ButtonLink>
        </div>
      }
    >
      There is nothing to pay. GPU time is paid for from your wallet.
    </Empty>
  </div>
);

const Loading = () => (
  <div className={COLUMNS}>
    <output className="sr-only">Loading</output>
    <div className="card grid gap-4 p-5 lg:order-2">
      <Skeleton className="h-8 w-40" />
      <Skeleton className="h-10 w-32" />
      <Skeleton className="h-3.5" />
      <Skeleton className="h-3.5" />
      <Skeleton className="h-3.5 w-2/3" />
    </div>
    <div className="card grid gap-4 p-5">
      <Skeleton className="h-5 w-24" />
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
      <Skeleton className="h-11" />
    </div>
  </div>
);
