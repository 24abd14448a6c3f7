import { expect, it } from "vitest";
import { missingFunds, TOP_UP_MIN, topUpFor } from "./top-up.ts";

it("what is missing is whole cents, and never less than nothing", () => {
  expect(missingFunds(810_001, 0)).toBe(820_000);
  expect(missingFunds(1_000_000, 1_000_000)).toBe(0);
  expect(missingFunds(1_000_000, 9_000_000)).toBe(0);
  expect(missingFunds(1_000_000, -500_000)).toBe(1_500_000);
});

it("nothing below the least that can be paid in is suggested", () => {
  expect(topUpFor(810_000)).toBe(TOP_UP_MIN);
  expect(topUpFor(5_000_001)).toBe(5_010_000);
});
