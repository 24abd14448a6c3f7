import { expect, test } from "vitest";
import { perMonth, priceOf, renewsAt, yearSaves } from "./plan-price.ts";

const pro = { monthly_usd_micros: 29_000_000, annual_usd_micros: 290_000_000 };

test("a plan's price follows the interval, and a year's is told by the month, rounded up", () => {
  expect(priceOf(pro, "month")).toBe(29_000_000);
  expect(priceOf(pro, "year")).toBe(290_000_000);
  expect(perMonth(pro, "month")).toBe(29_000_000);
  expect(perMonth(pro, "year")).toBe(24_170_000);
  expect(perMonth({ ...pro, annual_usd_micros: 4_990_000_000 }, "year")).toBe(415_840_000);
  expect(yearSaves(pro)).toBe(58_000_000);
  expect(yearSaves({ ...pro, annual_usd_micros: 400_000_000 })).toBe(0);
});

test.each([
  ["2026-11-21T10:00:00Z", "month", "2026-12-21"],
  ["2026-12-31T10:00:00Z", "month", "2027-01-31"],
  ["2027-01-31T23:59:00Z", "month", "2027-02-28"],
  ["2026-11-21T10:00:00Z", "year", "2027-11-21"],
  ["2028-02-29T10:00:00Z", "year", "2029-02-28"],
] as const)("paid at %s by the %s is due again on %s", (now, interval, day) => {
  expect(renewsAt(new Date(now), interval).toISOString().slice(0, 10)).toBe(day);
});
