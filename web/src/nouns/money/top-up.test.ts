import { expect, it } from "vitest";
import { missingFunds, TOP_UP_MIN, topUpFor, topUpSearch } from "./top-up.ts";

it("what is missing is rounded up to the cent", () => {
  expect(missingFunds(1_000_000, 190_001)).toBe(810_000);
  expect(missingFunds(1_000_000, 1_000_000)).toBe(0);
  expect(missingFunds(1_000_000, 2_000_000)).toBe(0);
  expect(missingFunds(1_000_000, -1)).toBe(1_010_000);
});

it("no less is suggested than can be paid in", () => {
  expect(topUpFor(810_000)).toBe(TOP_UP_MIN);
  expect(topUpFor(TOP_UP_MIN + 10_000)).toBe(5_010_000);
  expect(topUpSearch(5_010_000, "/pods")).toEqual({ amount: "5.01", next: "/pods" });
});
