import { expect, it } from "vitest";
import { changeOf, listRate } from "./rates.ts";

it("rates in a list have three decimals below a dollar and two from there on", () => {
  expect([22_000, 270_000, 853_200, 999_000, 1_000_000, 12_345_678].map(listRate)).toEqual([
    "$0.022",
    "$0.270",
    "$0.853",
    "$0.999",
    "$1.00",
    "$12.35",
  ]);
});

it("a change is told in tenths of a per cent, and never as none", () => {
  expect(changeOf(1_000_000, 1_023_000)).toBe("2.3%");
  expect(changeOf(1_000_000, 950_000)).toBe("5%");
  expect(changeOf(1_000_000, 1_000_001)).toBe("0.1%");
});
