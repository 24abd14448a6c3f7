// Amounts of money as the billing page writes and reads them.

import { parseUsd, usd } from "../../lib/money.ts";
import { TOP_UP_MAX, TOP_UP_MIN } from "../../nouns/money/top-up.ts";

/** Whole cents as cents; fractions, as usage has them, with as many decimals as they need. */
export function exact(micros: number): string {
  if (micros % 10_000 === 0) return usd(micros);
  return usd(micros, Math.abs(micros) < 50 ? 6 : 4);
}

/** A change of a balance, with its sign. */
export function signed(micros: number): string {
  return micros > 0 ? `+${exact(micros)}` : exact(micros);
}

export const TOP_UP_PRESETS = [10_000_000, 25_000_000, 50_000_000, 100_000_000] as const;

export const TOP_UP_LIMITS = `${usd(TOP_UP_MIN, 0)} to ${usd(TOP_UP_MAX, 0)}, in whole cents`;

/** What is wrong with a typed amount to pay in, or null. */
export function topUpProblem(text: string): string | null {
  if (text.trim() === "") return `Enter an amount: ${TOP_UP_LIMITS}.`;
  const micros = parseUsd(text);
  if (micros === null) return `Write an amount in dollars such as 25 or 12.50: ${TOP_UP_LIMITS}.`;
  if (micros < TOP_UP_MIN) return `The least that can be paid in at once is ${usd(TOP_UP_MIN, 0)}.`;
  if (micros > TOP_UP_MAX) return `The most that can be paid in at once is ${usd(TOP_UP_MAX, 0)}.`;
  return null;
}

/** The amount to pay in, micro-dollars, or null when something is wrong with it. */
export const topUpAmount = (text: string): number | null =>
  topUpProblem(text) === null ? parseUsd(text) : null;
