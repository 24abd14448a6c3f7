// Adding money from elsewhere in the app, and coming back.

/** The least that can be paid in at once, micro-dollars. */
export const TOP_UP_MIN = 5_000_000;

/** What is missing, rounded up to whole cents; 0 when nothing is. */
export const missingFunds = (needed: number, available: number): number =>
  Math.max(0, Math.ceil((needed - available) / 10_000) * 10_000);

/** What to pay in for what is missing: no less than can be paid in at once. */
export const topUpFor = (missing: number): number => Math.max(TOP_UP_MIN, missing);

/** The search parameters of the wallet's page that ask for an amount and lead back to `next`. */
export const topUpSearch = (micros: number, next: string): { amount: string; next: string } => ({
  amount: String(micros / 1_000_000),
  next,
});
