import { describe, expect, it } from "vitest";
import {
  asked,
  asTyped,
  exact,
  had,
  inUnit,
  parseUsd,
  rate,
  signed,
  summed,
  tenthLess,
  upToCents,
  usd,
} from "./money.ts";

describe("usd", () => {
  it.each([
    [0, 2, "$0.00"],
    [1, 6, "$0.000001"],
    [1_234_567_890_000, 2, "$1,234,567.89"],
    [999_995_000, 2, "$1,000.00"],
    [4_999, 2, "$0.00"],
    [5_000, 2, "$0.01"],
    [-5_000, 2, "−$0.01"],
    [-4_999, 2, "$0.00"],
    [-1_500_000, 0, "−$2"],
    [29_000_000, 0, "$29"],
    [Number.MAX_SAFE_INTEGER, 6, "$9,007,199,254.740991"],
  ])("writes %i micro-dollars with %i decimals as %s", (micros, digits, text) =>
    expect(usd(micros, digits)).toBe(text),
  );
});

describe("one rule of rounding", () => {
  it.each([
    [466_001, "$0.47", "$0.46"],
    [470_000, "$0.47", "$0.47"],
    [1, "$0.01", "$0.00"],
    [0, "$0.00", "$0.00"],
    [-1, "$0.00", "−$0.01"],
    [-10_001, "−$0.01", "−$0.02"],
  ])("%i asked for is %s, and had is %s", (micros, up, down) => {
    expect(asked(micros)).toBe(up);
    expect(had(micros)).toBe(down);
  });
  it("asks a card for the whole cents that cover an amount", () =>
    expect([1, 10_000, 10_001, 0].map(upToCents)).toEqual([10_000, 10_000, 20_000, 0]));
});

describe("as typed", () => {
  it.each([
    [1_234_500_000, "1234.50"],
    [1_999_999, "1.99"],
    [10_000, "0.01"],
  ])("%i is %s, which reads back", (micros, text) => {
    expect(asTyped(micros)).toBe(text);
    expect(parseUsd(text)).toBe(micros - (micros % 10_000));
  });
});

describe("a tenth less", () => {
  it.each([
    [2_000_000, 1_800_000],
    [1_990_000, 1_790_000],
    [1_111_111, 990_000],
    [20_000, 10_000],
    [11_111, 0],
    [0, 0],
  ])("of %i is %i", (micros, less) => expect(tenthLess(micros)).toBe(less));
});

describe("exact", () => {
  it.each([
    [0, "$0.00"],
    [50_000_000, "$50.00"],
    [28_833, "$0.0288"],
    [1_234_567, "$1.2346"],
    [40, "$0.000040"],
    [-5_200, "−$0.0052"],
  ])("writes %i as %s", (micros, text) => expect(exact(micros)).toBe(text));
});

describe("summed", () => {
  it.each([
    [28_833, "$0.0288"],
    [999_999, "$1.0000"],
    [1_163_456_300, "$1,163.46"],
    [0, "$0.00"],
  ])("writes %i as %s", (micros, text) => expect(summed(micros)).toBe(text));
});

describe("signed", () => {
  it.each([
    [25_000_000, "+$25.00"],
    [-1_730_000, "−$1.73"],
    [-28_833, "−$0.0288"],
    [0, "$0.00"],
    [1, "+$0.000001"],
  ])("writes %i as %s", (micros, text) => expect(signed(micros)).toBe(text));
});

describe("rate", () => {
  it.each([
    [1_900, "$0.0019"],
    [9_949, "$0.0099"],
    [9_950, "$0.010"],
    [22_000, "$0.022"],
    [270_000, "$0.270"],
    [270_200, "$0.270"],
    [334_800, "$0.335"],
    [999_499, "$0.999"],
    [999_500, "$1.00"],
    [1_490_400, "$1.49"],
    [12_345_678, "$12.35"],
    [-410_000, "−$0.410"],
    [0, "$0.00"],
  ])("writes %i as %s", (micros, text) => expect(rate(micros)).toBe(text));
});

it("a month is 730 hours", () => expect(inUnit(2_196_002, "month")).toBe(2_196_002 * 730));

describe("parseUsd", () => {
  it.each([
    ["12", 12_000_000],
    ["12.5", 12_500_000],
    ["$1,000", 1_000_000_000],
    [" 0.01 ", 10_000],
    ["007", 7_000_000],
  ])("reads %j", (text, micros) => expect(parseUsd(text)).toBe(micros));
  it.each(["", "-1", "1.234", "1e3", "12,5", "$", "1 2", "9999999999"])("refuses %j", (text) =>
    expect(parseUsd(text)).toBeNull(),
  );
  it("reads what usd writes", () => {
    for (const micros of [10_000, 990_000, 1_000_000, 123_450_000, 999_999_990_000])
      expect(parseUsd(usd(micros))).toBe(micros);
  });
});
