// What a plan costs per month and per year, and when it is due again.

import { upToCents } from "./money.ts";

/** How often a plan is paid for. */
export type Interval = "month" | "year";

/** A plan's prices, micro-dollars. */
export interface PlanPrice {
  monthly_usd_micros: number;
  annual_usd_micros: number;
}

/** What is paid each time, micro-dollars. */
export const priceOf = (plan: PlanPrice, interval: Interval): number =>
  interval === "year" ? plan.annual_usd_micros : plan.monthly_usd_micros;

/** What that comes to per month, rounded up to the cent. */
export const perMonth = (plan: PlanPrice, interval: Interval): number =>
  interval === "year" ? upToCents(plan.annual_usd_micros / 12) : plan.monthly_usd_micros;

/** What paying for a year saves over twelve months; 0 when it saves nothing. */
export const yearSaves = (plan: PlanPrice): number =>
  Math.max(0, plan.monthly_usd_micros * 12 - plan.annual_usd_micros);

/** When a payment made at `now` is due again: the same day, or the last day of a shorter month. */
export function renewsAt(now: Date, interval: Interval): Date {
  const months = interval === "year" ? 12 : 1;
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(now.getUTCDate(), lastDay)));
}

export const isPaid = (plan: PlanPrice): boolean => plan.monthly_usd_micros > 0;
