import { expect, it } from "vitest";
import { daysShown } from "./month.ts";

it("is the month in UTC, whatever the time here, and the last 30 days", () => {
  expect(daysShown(new Date("2026-11-21T14:00:00Z"))).toEqual({
    thisMonth: { from: "2026-11-01", to: "2026-11-21", label: "November" },
    last30: { from: "2026-10-23", to: "2026-11-21" },
    asked: { from: "2026-10-23", to: "2026-11-21" },
  });
  expect(daysShown(new Date("2026-12-01T01:30:00+02:00"))).toMatchObject({
    thisMonth: { from: "2026-11-01", to: "2026-11-30", label: "November" },
  });
});

it("asks for 31 days where the month has as many", () =>
  expect(daysShown(new Date("2026-10-31T12:00:00Z")).asked).toEqual({
    from: "2026-10-01",
    to: "2026-10-31",
  }));
