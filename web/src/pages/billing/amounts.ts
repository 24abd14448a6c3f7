// The amount to pay in, as the billing page suggests and reads it.

import { parseUsd, usd } from "../../lib/money.ts";
import { TOP_UP_MAX, TOP_UP_MIN } from "../../nouns/money/top-up.ts";

export const TOP_UP_PRESETS = [10_000_000, 25_000_000, 50_000_000, 100_000_000] as const;

export const TOP_UP_LIMITS = `${usd(TOP_UP_MIN, 0)} to ${usd(TOP_UP_MAX, 0)}, in whole cents`;

/** What is wrong with a typed amount to pay in, or null. */
export function topUpProblem(text: string): string | null {
  if (text.trim() === "") return `Enter an amount: ${TOP_UP_LIMITS}.`;
  const micros = parseUsd(text);
  if (micros === null) return `Enter an amount in dollars, such as 25 or 12.50: ${TOP_UP_LIMITS}.`;
  if (micros < TOP_UP_MIN) return `You can add at least ${usd(TOP_UP_MIN, 0)} at a time.`;
  if (micros > TOP_UP_MAX) return `You can add at most ${usd(TOP_UP_MAX, 0)} at a time.`;
  return null;
}

/** The amount to pay in, micro-dollars, or null when something is wrong with it. */
export const topUpAmount = (text: string): number | null =>
  topUpProblem(text) === null ? parseUsd(text) : null;
