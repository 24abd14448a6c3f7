// What a plan costs: a month, a year, and until when a payment lasts.

/** How often a plan is paid. */
export type Interval = "month" | "year";

/** A plan's prices, micro-dollars. */
export interface PlanPrice {
  monthly_usd_micros: number;
  annual_usd_micros: number;
}

const CENT = 10_000;

/** What is paid each time, micro-dollars. */
export const priceOf = (plan: PlanPrice, interval: Interval): number =>
  interval === "year" ? plan.annual_usd_micros : plan.monthly_usd_micros;

/** What that is a month, rounded up to the cent. */
export const perMonth = (plan: PlanPrice, interval: Interval): number =>
  interval === "year"
    ? Math.ceil(plan.annual_usd_micros / 12 / CENT) * CENT
    : plan.monthly_usd_micros;

/** What a year paid at once saves over twelve months; 0 when it saves nothing. */
export const yearSaves = (plan: PlanPrice): number =>
  Math.max(0, plan.monthly_usd_micros * 12 - plan.annual_usd_micros);

/** When a payment made at `now` is due again: the same day, or the month's last where it is shorter. */
export function renewsAt(now: Date, interval: Interval): Date {
  const months = interval === "year" ? 12 : 1;
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(now.getUTCDate(), lastDay)));
}

export const isPaid = (plan: PlanPrice): boolean => plan.monthly_usd_micros > 0;
