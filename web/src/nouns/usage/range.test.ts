import { describe, expect, it } from "vitest";
import { daysIn, daysOf, monthRange, presets, rangeOf, rangeProblem, todayAt } from "./range.ts";

const of = (today: string) => Object.fromEntries(presets(today));

describe("presets", () => {
  it("keep to the months of UTC", () => {
    expect(todayAt(Date.parse("2026-11-30T23:59:59Z"))).toBe("2026-11-30");
    expect(todayAt(Date.parse("2026-12-01T00:30:00+02:00"))).toBe("2026-11-30");
    expect(of("2026-11-21")).toEqual({
      "This month": { from: "2026-11-01", to: "2026-11-21" },
      "Last month": { from: "2026-10-01", to: "2026-10-31" },
      "Last 7 days": { from: "2026-11-15", to: "2026-11-21" },
      "Last 30 days": { from: "2026-10-23", to: "2026-11-21" },
    });
  });
  it("cross a year and a leap day", () => {
    expect(of("2027-01-01")["Last month"]).toEqual({ from: "2026-12-01", to: "2026-12-31" });
    expect(of("2027-01-01")["This month"]).toEqual({ from: "2027-01-01", to: "2027-01-01" });
    expect(of("2028-03-01")["Last month"]).toEqual({ from: "2028-02-01", to: "2028-02-29" });
    expect(of("2028-03-01")["Last 7 days"]).toEqual({ from: "2028-02-24", to: "2028-03-01" });
  });
  it("are as long as they say", () => {
    for (const today of ["2026-01-03", "2026-03-30", "2026-10-26", "2028-02-29"]) {
      expect(daysIn(of(today)["Last 7 days"]!)).toBe(7);
      expect(daysIn(of(today)["Last 30 days"]!)).toBe(30);
    }
  });
});

it("a month ends today while it lasts, and with its last day after", () => {
  expect(monthRange("2026-11", "2026-11-21").to).toBe("2026-11-21");
  expect(monthRange("2026-11", "2026-12-02").to).toBe("2026-11-30");
  expect(monthRange("2026-02", "2026-11-21")).toEqual({ from: "2026-02-01", to: "2026-02-28" });
});

it("lists every day once, over a change of clocks too", () => {
  expect(daysOf({ from: "2026-10-24", to: "2026-10-26" })).toEqual([
    "2026-10-24",
    "2026-10-25",
    "2026-10-26",
  ]);
  expect(daysOf({ from: "2026-10-26", to: "2026-10-24" })).toEqual([]);
});

describe("a range of one's own", () => {
  it("has 1 to 92 days", () => {
    expect(rangeProblem({ from: "2026-11-01", to: "2026-11-01" })).toBeNull();
    expect(rangeProblem({ from: "2026-11-01", to: "2027-01-31" })).toBeNull();
    expect(rangeProblem({ from: "2026-11-01", to: "2027-02-01" })).toContain("92 days");
    expect(rangeProblem({ from: "2026-11-02", to: "2026-11-01" })).toContain("before");
    expect(rangeProblem({ from: "2026-02-30", to: "2026-03-01" })).toContain("Choose");
    expect(rangeProblem({ from: "2026-02-01" })).toContain("Choose");
  });
  it("is taken from the address, or else is this month", () => {
    const month = { from: "2026-11-01", to: "2026-11-21" };
    expect(rangeOf({ from: "2026-10-01", to: "2026-10-05" }, "2026-11-21")).toEqual({
      from: "2026-10-01",
      to: "2026-10-05",
    });
    expect(rangeOf({}, "2026-11-21")).toEqual(month);
    expect(rangeOf({ from: "x", to: "2026-10-05" }, "2026-11-21")).toEqual(month);
    expect(rangeOf({ from: "2025-01-01", to: "2026-10-05" }, "2026-11-21")).toEqual(month);
  });
});
