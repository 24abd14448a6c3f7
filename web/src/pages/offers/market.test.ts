import { expect, it } from "vitest";
import { freshness } from "./market.ts";

/** `secs` after the page was loaded, of a market that was read `age` seconds before that. */
const at = (secs: number, status: "live" | "off" | "stale" = "off", failed = false, age = 0) =>
  freshness({ status, takenAt: -age * 1_000, loadedAt: 0, failed, now: secs * 1_000 });

it("prices are live while changes are pushed, loaded lately, or stale a minute after that", () => {
  expect([at(0), at(60), at(61)]).toEqual(["loaded", "loaded", "stale"]);
  expect(at(600, "live")).toBe("live");
  expect([at(30, "live", true), at(90, "live", true)]).toEqual(["loaded", "stale"]);
  expect([at(30, "stale"), at(90, "stale")]).toEqual(["loaded", "stale"]);
});

it("a market that nobody has read for a quarter of an hour is not live", () => {
  expect([at(0, "live", false, 900), at(1, "live", false, 900)]).toEqual(["live", "loaded"]);
  expect(at(3_600, "live")).toBe("loaded");
});
