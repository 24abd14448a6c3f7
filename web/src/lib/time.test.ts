import { describe, expect, it } from "vitest";
import { ago, countdown, date, month, span } from "./time.ts";

describe("span", () => {
  it.each([
    [-3, "0 s"],
    [59.9, "59 s"],
    [60, "1 min"],
    [3_599, "59 min"],
    [3_600, "1 h"],
    [12_000, "3 h 20 min"],
    [86_399, "23 h 59 min"],
    [187_200, "2 d 4 h"],
  ])("writes %f s as %s", (secs, text) => expect(span(secs)).toBe(text));
});

describe("countdown", () => {
  it.each([
    [0, "0:00"],
    [45, "0:45"],
    [723, "12:03"],
    [3_723, "1:02:03"],
    [-1, "0:00"],
  ])("writes %i s as %s", (secs, text) => expect(countdown(secs)).toBe(text));
});

it("says how long ago", () => {
  const now = Date.parse("2026-11-21T00:01:00Z");
  expect(ago("2026-11-21T00:00:48Z", now)).toBe("12 s ago");
  expect(ago("2026-11-21T00:00:58Z", now)).toBe("now");
  expect(ago("2026-11-21T00:02:00Z", now)).toBe("now");
});

it("days and months are those of bills, in UTC", () => {
  expect(date("2026-11-01T00:30:00Z")).toBe("1 Nov 2026");
  expect(month("2026-11")).toBe("November 2026");
});
