// Money as the API gives it, in integer micro-dollars, written for people.
//
// One rule for rounding, everywhere:
// - what is asked for (a hold, a sum that is missing, a price per month) is rounded up: `asked`;
// - what somebody has is rounded down, so that it never reads as more than can be spent: `had`;
// - what was charged or paid is not rounded: whole cents as cents, more decimals where there are
//   parts of a cent: `exact` and `signed`; only the large figure above a chart is in cents, from a
//   dollar up: `summed`;
// - rates and estimates are rounded to the nearest: `rate` and `usd`; the parts of a rate stand in
//   a table that adds up, with four decimals.

const MICROS = 1_000_000n;
const CENT = 10_000;

type Rounding = "nearest" | "up" | "down";

/** A number of steps, rounded towards plus infinity, minus infinity, or half away from zero. */
function stepsOf(micros: number, step: bigint, rounding: Rounding): bigint {
  const whole = BigInt(Math.trunc(micros));
  const size = whole < 0n ? -whole : whole;
  if (rounding === "nearest") {
    const steps = (size + step / 2n) / step;
    return whole < 0n ? -steps : steps;
  }
  const steps = whole / step;
  if (whole % step === 0n) return steps;
  if (rounding === "up") return whole > 0n ? steps + 1n : steps;
  return whole < 0n ? steps - 1n : steps;
}

/** Micro-dollars as "$1,234.56" with `digits` (0 to 6) decimals. */
export function usd(micros: number, digits = 2, rounding: Rounding = "nearest"): string {
  const step = 10n ** BigInt(6 - digits);
  const rounded = stepsOf(micros, step, rounding) * step;
  const size = rounded < 0n ? -rounded : rounded;
  const whole = (size / MICROS).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const cents = (size % MICROS).toString().padStart(6, "0").slice(0, digits);
  return `${rounded < 0n ? "−" : ""}$${whole}${digits > 0 ? `.${cents}` : ""}`;
}

/** What is asked for: never less than it takes. */
export const asked = (micros: number): string => usd(micros, 2, "up");

/** What somebody has: never more than can be spent. */
export const had = (micros: number): string => usd(micros, 2, "down");

/** What was charged or paid: whole cents as cents, else as many decimals as it takes to tell. */
export function exact(micros: number): string {
  if (micros % CENT === 0) return usd(micros);
  return usd(micros, Math.abs(micros) < 50 ? 6 : 4);
}

/** What was charged in all, at a glance: parts of a cent only where there is no dollar. */
export const summed = (micros: number): string =>
  Math.abs(micros) < Number(MICROS) ? exact(micros) : usd(micros);

/** A change of a balance, with its sign. */
export const signed = (micros: number): string =>
  micros > 0 ? `+${exact(micros)}` : exact(micros);

/** The next whole cent, micro-dollars: what a card has to pay to cover an amount. */
export const upToCents = (micros: number): number => Math.ceil(micros / CENT) * CENT;

/** An amount less a tenth of it, in whole cents and always below it, micro-dollars. */
export const tenthLess = (micros: number): number => Math.floor((micros * 9) / 10 / CENT) * CENT;

/**
 * A rate per hour, wherever one stands: two decimals from a dollar up, three below, where a cent
 * matters, and four below a cent; always that many, so that rates above each other line up.
 */
export function rate(microsPerHour: number): string {
  const size = Math.abs(microsPerHour);
  // Counted after rounding: a dollar is a dollar, however it came about.
  if (size === 0 || size >= 999_500) return usd(microsPerHour);
  return usd(microsPerHour, size >= 9_950 ? 3 : 4);
}

/** The units a price can be shown in, in hours; a month is 730 hours, as in quotes. */
export const UNIT_HOURS = { hour: 1, day: 24, month: 730 } as const;
export type Unit = keyof typeof UNIT_HOURS;

/** A rate per hour in another unit, micro-dollars. */
export const inUnit = (microsPerHour: number, unit: Unit): number =>
  microsPerHour * UNIT_HOURS[unit];

/** Micro-dollars as a person would type them, such as "1234.50"; parts of a cent are left out. */
export const asTyped = (micros: number): string => usd(micros, 2, "down").replace(/[$,]/g, "");

/**
 * What a person typed as dollars ("12", "12.5", "$1,000") in micro-dollars; null when it is not
 * such an amount.
 */
export function parseUsd(text: string): number | null {
  const plain = text
    .trim()
    .replace(/^\$/, "")
    .replace(/,(?=\d{3}(\D|$))/g, "");
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(plain)) return null;
  const [whole = "0", cents = ""] = plain.split(".");
  return Number(whole) * 1_000_000 + Number(cents.padEnd(2, "0")) * CENT;
}
