import { describe, expect, it } from "vitest";
import { exact, signed, topUpAmount, topUpProblem } from "./amounts.ts";

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

describe("signed", () => {
  it.each([
    [25_000_000, "+$25.00"],
    [-1_730_000, "−$1.73"],
    [-28_833, "−$0.0288"],
    [0, "$0.00"],
    [1, "+$0.000001"],
  ])("writes %i as %s", (micros, text) => expect(signed(micros)).toBe(text));
});

describe("an amount to pay in", () => {
  it.each([
    ["5", 5_000_000],
    ["$25", 25_000_000],
    ["12.50", 12_500_000],
    ["10,000", 10_000_000_000],
    [" 100 ", 100_000_000],
  ])("takes %j", (text, micros) => expect(topUpAmount(text)).toBe(micros));
  it.each([
    ["", "Enter an amount"],
    ["abc", "Write an amount"],
    ["-5", "Write an amount"],
    ["5.001", "Write an amount"],
    ["4.99", "least"],
    ["0", "least"],
    ["10000.01", "most"],
  ])("refuses %j and says why", (text, why) => {
    expect(topUpProblem(text)).toContain(why);
    expect(topUpAmount(text)).toBeNull();
  });
  it("names the limits", () => {
    expect(topUpProblem("1")).toContain("$5");
    expect(topUpProblem("99999")).toContain("$10,000");
  });
});
