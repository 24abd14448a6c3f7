import { describe, expect, it } from "vitest";
import { topUpAmount, topUpProblem } from "./amounts.ts";

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
    ["abc", "Enter an amount in dollars"],
    ["-5", "Enter an amount in dollars"],
    ["5.001", "Enter an amount in dollars"],
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
