// A plan's price in words, written at build time and again with what the API answers.

import { usd } from "../lib/money.ts";
import { perMonth, type PlanPrice } from "../lib/plan-price.ts";

const short = (micros: number) => usd(micros, micros % 1_000_000 === 0 ? 0 : 2);

/** What a month costs, and how that is billed. */
export function priceWords(
  plan: PlanPrice,
  interval: "month" | "year",
): { each: string; billed: string } {
  const each = short(perMonth(plan, interval));
  if (plan.monthly_usd_micros === 0) return { each, billed: "Free for as long as you like" };
  return {
    each,
    billed:
      interval === "month"
        ? "billed each month"
        : `${short(plan.annual_usd_micros)} billed once a year`,
  };
}

/**
 * What paying for a year saves on every paid plan: "2 months free"; empty where one saves nothing.
 */
export function yearGives(plans: readonly PlanPrice[]): string {
  const months = plans
    .filter((plan) => plan.monthly_usd_micros > 0)
    .map((plan) => Math.floor(12 - plan.annual_usd_micros / plan.monthly_usd_micros));
  const least = months.length > 0 ? Math.min(...months) : 0;
  return least < 1 ? "" : least === 1 ? "1 month free" : `${least} months free`;
}
