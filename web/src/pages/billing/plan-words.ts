// The state of a subscription, and what can be done with each plan, in words.

import type { Shape } from "../../api/client.ts";
import { usd } from "../../lib/money.ts";
import { planName } from "../../lib/names.ts";
import { type Interval, priceOf } from "../../lib/plan-price.ts";
import { date } from "../../lib/time.ts";
import type { State } from "../../ui/index.ts";
import type { Plan } from "../../nouns/plan/plan.ts";

export type Subscription = Shape<"SubscriptionView">;

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
        "Free costs nothing and never ends. A paid plan runs more pods at a time, at a lower " +
        "brokerage.",
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
          `The first payment for ${name} has not gone through yet: its bank may want you to ` +
          "confirm it. Until it goes through, your plan is Free.",
        next: "pay",
      };
    case "past_due":
      return {
        state: "bad",
        word: "Payment failed",
        text:
          `The last payment for ${name} failed and will be retried over the next few days. The ` +
          "plan stays for now. Add a card that works to keep it.",
        next: "card",
      };
    case "unpaid":
      return {
        state: "bad",
        word: "Not paid",
        text:
          `The payments for ${name} failed for good, so your plan is Free. Running pods keep ` +
          "running, paid for from your wallet. Add a card that works, and ask your broker to " +
          "collect the open payment.",
        next: "card",
      };
    default:
      if (subscription.cancel_at_period_end) {
        return {
          state: "warn",
          word: `Ends on ${until}`,
          text:
            `${name} stays until ${until}. After that your plan is Free and nothing more is ` +
            "charged for it.",
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
        : { state: "ok", word: "Active", text: `Paid until ${until}, then renewed.`, next: null };
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

/** What is charged when a subscription changes to `plan`, paid each `interval`. */
export function changeWords(now: Plan, since: Interval, plan: Plan, interval: Interval): string {
  if (since !== interval) {
    return (
      `A new period begins today: ${priceWords(plan, interval)}, less what is left of the ` +
      "period you paid for, is charged to your card now."
    );
  }
  return priceOf(plan, interval) > priceOf(now, since)
    ? "The difference for the rest of this period is charged to your card now."
    : "What is left of the higher price is deducted from your next payments. Nothing is " +
        "refunded to the card.";
}
