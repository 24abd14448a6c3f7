import { expect, it } from "vitest";
import { thisMonth } from "./month.ts";

it("is the month in UTC, whatever the time here", () => {
  expect(thisMonth(new Date("2026-11-21T14:00:00Z"))).toEqual({
    from: "2026-11-01",
    to: "2026-11-21",
    label: "November",
  });
  expect(thisMonth(new Date("2026-12-01T01:30:00+02:00"))).toEqual({
    from: "2026-11-01",
    to: "2026-11-30",
    label: "November",
  });
});
