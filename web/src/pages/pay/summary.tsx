// The order: the plan, what it includes, what it costs today and when it is due again.

import { Check } from "lucide-react";
import type { Shape } from "../../api/client.ts";
import { exact, usd } from "../../lib/money.ts";
import { planName } from "../../lib/names.ts";
import { type Interval, perMonth, priceOf, renewsAt, yearSaves } from "../../lib/plan-price.ts";
import { date } from "../../lib/time.ts";
import { Card, Facts, Segments, useNow } from "../../ui/index.ts";
import type { Plan } from "../../nouns/plan/plan.ts";

interface Props {
  /** The plans that cost something. */
  plans: readonly Plan[];
  plan: Plan;
  interval: Interval;
  /** What it costs this person; undefined until it is known. */
  preview: Shape<"PlanPreviewView"> | undefined;
  onChange: (to: { plan: Plan["id"]; interval: Interval }) => void;
}

export function Summary({ plans, plan, interval, preview, onChange }: Props) {
  const price = usd(priceOf(plan, interval));
  const monthly = usd(perMonth(plan, interval));
  const saves = yearSaves(plan);
  return (
    <Card title="Your plan">
      <div className="grid gap-4">
        <div className="flex flex-wrap gap-2">
          {plans.length > 1 && (
            <Segments
              label="Plan"
              value={plan.id}
              options={plans.map(({ id }) => [id, planName(id)] as const)}
              onChange={(id) => onChange({ plan: id, interval })}
            />
          )}
          <Segments
            label="How often to pay"
            value={interval}
            options={
              [
                ["month", "Monthly"],
                ["year", "Annual"],
              ] as const
            }
            onChange={(to) => onChange({ plan: plan.id, interval: to })}
          />
        </div>
        <div>
          <p>
            <span className="num text-price font-semibold">{monthly}</span>{" "}
            <span className="text-mute">per month</span>
          </p>
          <p className="num text-label text-mute">
            {interval === "year" ? `${price} billed once a year` : "Billed each month"}
            {interval === "year" && saves > 0 && (
              <span className="font-medium text-ok">, saves {usd(saves)} a year</span>
            )}
          </p>
        </div>
        <ul className="grid gap-1.5">
          {plan.features.map((feature) => (
            <li key={feature} className="flex gap-2.5">
              <Check size={15} aria-hidden className="mt-0.5 shrink-0 text-brand-ink" />
              {feature}
            </li>
          ))}
        </ul>
        <Amounts plan={plan} interval={interval} preview={preview} />
        <p className="text-label text-mute">
          Cancel at any time: you keep the plan until the end of the period you have paid for. GPU
          time is not included; it is paid for from your wallet.
        </p>
      </div>
    </Card>
  );
}

/** What is charged today and when it is due again; the price stands for it until that is known. */
function Amounts({ plan, interval, preview }: Pick<Props, "plan" | "interval" | "preview">) {
  const now = useNow(60_000);
  const price = usd(priceOf(plan, interval));
  return (
    <Facts
      className="border-t border-line pt-4"
      of={[
        preview !== undefined &&
          preview.credit_usd_micros > 0 && [
            "Credit from an earlier plan",
            exact(-preview.credit_usd_micros),
          ],
        ["Charged today", preview ? exact(preview.due_now_usd_micros) : price],
        preview
          ? [`Renews ${date(preview.next_charge.at)}`, exact(preview.next_charge.amount_usd_micros)]
          : [`Renews ${date(renewsAt(new Date(now), interval).toISOString())}`, price],
      ]}
    />
  );
}
