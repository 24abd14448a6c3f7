// Money as the API gives it, in integer micro-dollars, written for people.

const MICROS = 1_000_000n;

/**
 * Micro-dollars as "$1,234.56": rounded half away from zero to `digits` (0 to 6) decimals.
 */
export function usd(micros: number, digits = 2): string {
  const step = 10n ** BigInt(6 - digits);
  const negative = micros < 0;
  const size = BigInt(Math.abs(Math.trunc(micros)));
  const rounded = ((size + step / 2n) / step) * step;
  const whole = (rounded / MICROS).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const cents = (rounded % MICROS).toString().padStart(6, "0").slice(0, digits);
  const sign = negative && rounded > 0n ? "−" : "";
  return `${sign}$${whole}${digits > 0 ? `.${cents}` : ""}`;
}

/** A rate per hour: two decimals from a dollar up, three below, where a cent matters. */
export function rate(microsPerHour: number): string {
  return usd(
    microsPerHour,
    Math.abs(microsPerHour) < MICROS && microsPerHour % 10_000 !== 0 ? 3 : 2,
  );
}

/** The units a price can be shown in, in hours; a month is 730 hours, as in quotes. */
export const UNIT_HOURS = { hour: 1, day: 24, month: 730 } as const;
export type Unit = keyof typeof UNIT_HOURS;

/** A rate per hour in another unit, micro-dollars. */
export const inUnit = (microsPerHour: number, unit: Unit): number =>
  microsPerHour * UNIT_HOURS[unit];

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
  return Number(whole) * 1_000_000 + Number(cents.padEnd(2, "0")) * 10_000;
}
