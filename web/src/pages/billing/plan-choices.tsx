// The plans side by side, by the month or by the year.

import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";
import { usd } from "../../lib/money.ts";
import { planName } from "../../lib/names.ts";
import { type Interval, perMonth, yearSaves } from "../../lib/plan-price.ts";
import { date } from "../../lib/time.ts";
import { Badge, ButtonLink, cx, Segments } from "../../ui/index.ts";
import type { Plan } from "../../nouns/plan/plan.ts";
import { CancelPlan, ChangePlan, KeepPlan } from "./plan-acts.tsx";
import { choiceOf, grants, type Subscription } from "./plan-words.ts";

export function PlanChoices({
  plans,
  subscription,
}: {
  plans: readonly Plan[];
  subscription: Subscription | null;
}) {
  const [interval, setInterval] = useState<Interval>(subscription?.interval ?? "month");
  return (
    <section>
      <header className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-card font-semibold">Compare plans</h2>
        <Segments
          label="How often to pay"
          value={interval}
          onChange={setInterval}
          options={[
            ["month", "Monthly"],
            ["year", "Annual"],
          ]}
        />
      </header>
      <ul className="grid gap-5 lg:grid-cols-3">
        {plans.map((plan) => (
          <Choice
            key={plan.id}
            plan={plan}
            plans={plans}
            interval={interval}
            subscription={subscription}
          />
        ))}
      </ul>
    </section>
  );
}

function Choice({
  plan,
  plans,
  interval,
  subscription,
}: {
  plan: Plan;
  plans: readonly Plan[];
  interval: Interval;
  subscription: Subscription | null;
}) {
  const choice = choiceOf(plan.id, interval, subscription);
  const mine = choice === "current" || choice === "keep";
  return (
    <li className={cx("card flex flex-col gap-4 p-5", mine && "!border-brand")}>
      <div>
        <h3 className="flex items-center gap-2 text-card font-semibold">
          {planName(plan.id)}
          {mine && <Badge state="brand">Your plan</Badge>}
        </h3>
        <p className="text-mute">{plan.summary}</p>
      </div>
      <Price plan={plan} interval={interval} />
      <Act
        choice={choice}
        plan={plan}
        plans={plans}
        interval={interval}
        subscription={subscription}
      />
      <ul className="grid gap-1.5">
        {plan.features.map((feature) => (
          <li key={feature} className="flex gap-2">
            <Check size={15} aria-hidden className="mt-0.5 shrink-0 text-ok" />
            {feature}
          </li>
        ))}
      </ul>
    </li>
  );
}

function Price({ plan, interval }: { plan: Plan; interval: Interval }) {
  const yearly = interval === "year" && plan.annual_usd_micros > 0;
  const spared = yearSaves(plan);
  return (
    <div>
      <p className="flex items-baseline gap-2">
        <span className="num text-price font-semibold">
          {usd(perMonth(plan, yearly ? "year" : "month"), yearly ? 2 : 0)}
        </span>
        <span className="text-mute">a month</span>
      </p>
      <p className="num text-label text-mute">
        {plan.monthly_usd_micros === 0
          ? "Free for as long as you like"
          : yearly
            ? `${usd(plan.annual_usd_micros)} billed once a ` +
              `year${spared > 0 ? `, ${usd(spared, 0)} less than monthly` : ""}`
            : `${usd(plan.monthly_usd_micros)} billed each month`}
      </p>
    </div>
  );
}

const Still = ({ children }: { children: ReactNode }) => (
  <p className="flex min-h-9 items-center text-mute">{children}</p>
);

function Act({
  choice,
  plan,
  plans,
  interval,
  subscription,
}: {
  choice: ReturnType<typeof choiceOf>;
  plan: Plan;
  plans: readonly Plan[];
  interval: Interval;
  subscription: Subscription | null;
}) {
  const now = grants(subscription) ? plans.find(({ id }) => id === subscription.plan) : undefined;
  switch (choice) {
    case "current":
      return <Still>This is your current plan.</Still>;
    case "none":
      return <Still>Not while a payment is open.</Still>;
    case "subscribe":
      return (
        <ButtonLink
          to="/pay"
          search={{ plan: plan.id, interval }}
          tone={plan.id === "pro" ? "primary" : "plain"}
          className="w-full"
        >
          Subscribe to {planName(plan.id)}
        </ButtonLink>
      );
    case "ends":
      return (
        subscription && <Still>Your plan from {date(subscription.current_period_end)} on.</Still>
      );
    case "cancel":
      return subscription && now ? <CancelPlan subscription={subscription} now={now} /> : null;
    case "keep":
      return subscription ? <KeepPlan subscription={subscription} plan={plan} /> : null;
    case "change":
      return subscription && now ? (
        <ChangePlan
          subscription={subscription}
          now={now}
          plan={plan}
          interval={interval}
          primary={plan.monthly_usd_micros > now.monthly_usd_micros}
        />
      ) : null;
  }
}
