// Hourly rates that stand beside others.

import { usd } from "./money.ts";

const MICROS = 1_000_000;

/**
 * A rate in a list: two decimals from a dollar up, and always three below, where a cent matters.
 */
export const listRate = (microsPerHour: number): string =>
  usd(microsPerHour, microsPerHour < MICROS ? 3 : 2);

/** By how much a rate changed: "2.3%"; at least a tenth, since it did change. */
export const changeOf = (was: number, now: number): string =>
  `${Math.max(0.1, Math.round(Math.abs(now / was - 1) * 1_000) / 10)}%`;
