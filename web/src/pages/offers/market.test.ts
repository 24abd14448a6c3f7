import { expect, it } from "vitest";
import { freshness } from "./market.ts";

it("prices are live while changes are pushed, read lately, or stale a minute after the last read", () => {
  const at = (secs: number, status: "live" | "off" | "stale" = "off", failed = false) =>
    freshness({ status, readAt: 0, failed, now: secs * 1_000 });
  expect([at(0), at(60), at(61)]).toEqual(["read", "read", "stale"]);
  expect(at(3_600, "live")).toBe("live");
  expect([at(30, "live", true), at(90, "live", true)]).toEqual(["read", "stale"]);
  expect([at(30, "stale"), at(90, "stale")]).toEqual(["read", "stale"]);
});
