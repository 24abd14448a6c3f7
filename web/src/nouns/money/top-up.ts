// How much can be paid in at once, and how much to suggest.

const CENT = 10_000;
const upToCents = (micros: number): number => Math.ceil(micros / CENT) * CENT;

/** The limits of the API (domain/money/billing/top_up.rs), micro-dollars. */
export const TOP_UP_MIN = 5_000_000;
export const TOP_UP_MAX = 10_000_000_000;

/** What is missing, in whole cents; 0 when nothing is. */
export const missingFunds = (needed: number, available: number): number =>
  Math.max(0, upToCents(needed - available));

/** The least that can be paid in to cover what is missing. */
export const topUpFor = (missing: number): number => Math.max(TOP_UP_MIN, upToCents(missing));
