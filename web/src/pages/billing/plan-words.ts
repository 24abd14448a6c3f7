// The state of a subscription, and what can be done with each plan, in words.

import type { Shape } from "../../api/client.ts";
import { exact, usd } from "../../lib/money.ts";
import { planName } from "../../lib/names.ts";
import { type Interval, priceOf } from "../../lib/plan-price.ts";
import { date } from "../../lib/time.ts";
import type { State } from "../../ui/index.ts";
import { cardName } from "../../nouns/card/card-line.tsx";
import type { Plan } from "../../nouns/plan/plan.ts";

export type Subscription = Shape<"SubscriptionView">;
export type Preview = Shape<"PlanPreviewView">;

/** $29.00 a month */
export const priceWords = (plan: Plan, interval: Interval): string =>
  `${usd(priceOf(plan, interval))} a ${interval}`;

/** Whether a subscription grants its plan now, and can be changed or cancelled. */
export const grants = (subscription: Subscription | null): subscription is Subscription =>
  subscription !== null && ["active", "trialing", "past_due"].includes(subscription.status);

export interface Standing {
  state: State;
  word: string;
  text: string;
  next: "card" | "pay" | "keep" | null;
}

/** The state of a subscription, and what its owner should do. */
export function standing(subscription: Subscription | null): Standing {
  if (!subscription || subscription.status === "canceled") {
    return {
      state: "none",
      word: "No subscription",
      text:
        "Free costs nothing and never ends. A paid plan lets you run more pods at a time, at a " +
        "lower brokerage.",
      next: null,
    };
  }
  const name = planName(subscription.plan);
  const until = date(subscription.current_period_end);
  switch (subscription.status) {
    case "incomplete":
      return {
        state: "warn",
        word: "Waiting for you",
        text:
          `The first payment for ${name} has not gone through yet: your bank may want you to ` +
          "confirm it. Until then, your plan is Free.",
        next: "pay",
      };
    case "past_due":
      return {
        state: "bad",
        word: "Payment failed",
        text:
          `The last payment for ${name} failed and will be retried over the next few days. You ` +
          "keep the plan for now. Add a card that works to keep it for good.",
        next: "card",
      };
    case "unpaid":
      return {
        state: "bad",
        word: "Not paid",
        text:
          `We could not collect the payments for ${name}, so your plan is Free. Running pods ` +
          "keep running, paid for from your wallet. Add a card that works, then contact us to " +
          "collect the open payment.",
        next: "card",
      };
    default:
      if (subscription.cancel_at_period_end) {
        return {
          state: "warn",
          word: `Ends on ${until}`,
          text:
            `You keep ${name} until ${until}. After that your plan is Free, and you are not ` +
            "charged again.",
          next: "keep",
        };
      }
      return subscription.status === "trialing"
        ? {
            state: "ok",
            word: "Trial",
            text:
              `Nothing is charged for ${name} until ${until}. Then its first payment is taken ` +
              "from your default card.",
            next: null,
          }
        : {
            state: "ok",
            word: "Active",
            text: `Paid until ${until}, then renews automatically.`,
            next: null,
          };
  }
}

/** What a plan's button does. */
export type Choice = "current" | "keep" | "subscribe" | "change" | "cancel" | "ends" | "none";

/** What the owner of `subscription` can do with `plan`, paid each `interval`. */
export function choiceOf(
  plan: Plan["id"],
  interval: Interval,
  subscription: Subscription | null,
): Choice {
  if (subscription?.status === "unpaid" && plan !== "free") return "none";
  if (!grants(subscription)) return plan === "free" ? "current" : "subscribe";
  if (plan === "free") return subscription.cancel_at_period_end ? "ends" : "cancel";
  if (subscription.plan !== plan || subscription.interval !== interval) return "change";
  return subscription.cancel_at_period_end ? "keep" : "current";
}

/** What a change costs, line by line: each amount with its sign, and what it is for. */
export function previewRows(preview: Preview, before: string): [string, string][] {
  const name = planName(preview.plan);
  const next = preview.next_charge;
  const rows: ([string, string] | false)[] = [
    preview.price_usd_micros > 0 && [
      `${name} until ${date(next.at)}`,
      exact(preview.price_usd_micros),
    ],
    preview.unused_usd_micros > 0 && [
      `Unused time of ${before}`,
      exact(-preview.unused_usd_micros),
    ],
    preview.credit_usd_micros > 0 && [
      "Credit from earlier changes",
      exact(-preview.credit_usd_micros),
    ],
    ["Charged now", exact(preview.due_now_usd_micros)],
    preview.credit_left_usd_micros > 0 && [
      "Credit towards your next charges",
      exact(preview.credit_left_usd_micros),
    ],
    [`Next charge on ${date(next.at)}`, exact(next.amount_usd_micros)],
    ["Card", preview.card ? cardName(preview.card) : "None yet"],
  ];
  return rows.filter((row) => row !== false);
}
