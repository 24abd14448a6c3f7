import { describe, expect, it } from "vitest";
import { moment } from "../../lib/time.ts";
import {
  answeredIn,
  healthOf,
  launchesInWords,
  meaningOf,
  startInWords,
  stockInWords,
} from "./words.ts";

const NOW = Date.parse("2026-11-22T14:08:00Z");
const AT = "2026-11-22T14:02:00Z";
const UNTIL = "2026-11-22T14:20:00Z";

describe("a cloud's health", () => {
  it("is a word, and since when or until when it is so", () => {
    const told = (
      ...[status, read_at, resting_until]: ["healthy" | "silent" | "resting", string?, string?]
    ) => {
      const { state, word, note } = healthOf({ status, read_at, resting_until }, NOW);
      return [state, word, note];
    };
    expect(told("healthy", AT)).toEqual(["ok", "Healthy", "answered 6 min ago"]);
    expect(told("silent", AT)).toEqual(["warn", "Silent", "last answered 6 min ago"]);
    expect(told("silent")).toEqual(["warn", "Silent", "has not answered yet"]);
    expect(told("resting", AT, UNTIL)).toEqual(["bad", "Resting", `until ${moment(UNTIL)}`]);
    expect(told("healthy")).toEqual(["none", "Simulated", ""]);
  });

  it("is explained where it matters, with what becomes of the reader's pods", () => {
    const silent = { provider: "lambda", status: "silent", read_at: AT } as const;
    expect(meaningOf(silent, [], NOW)).toBe(
      `Lambda has not answered since ${moment(AT)}. Its offers stand as they were then; after ` +
        "ten minutes without an answer they show as sold out. Pods that run there go on running.",
    );
    expect(meaningOf(silent, ["llama"], NOW + 10 * 60_000)).toBe(
      `Lambda has not answered since ${moment(AT)}. Its offers show as sold out until it answers ` +
        "again. Your pod there, llama, goes on running.",
    );
    const resting = { provider: "runpod", status: "resting", resting_until: UNTIL } as const;
    expect(meaningOf(resting, ["a", "b", "c"], NOW)).toBe(
      `Too many requests to RunPod failed in a row, so no machine is launched there until ` +
        `${moment(UNTIL)}. A deploy takes its machine from the next cloud that sells it at your ` +
        "price or below. Your pods there, a, b and c, go on running.",
    );
    expect(meaningOf({ provider: "aws", status: "healthy", read_at: AT }, [], NOW)).toBeNull();
  });
});

it("launches are counted, and few of them are called few", () => {
  const told = (launches: number, succeeded: number) =>
    Object.values(launchesInWords({ launches, succeeded }));
  expect(told(20, 19)).toEqual(["19 of 20 launches", "95%"]);
  expect(told(1_500, 1_499)).toEqual(["1,499 of 1,500 launches", "99%"]);
  expect(told(19, 19)).toEqual(["Few launches yet", "19 of 19 so far"]);
  expect(told(0, 0)).toEqual(["No launches yet", ""]);
  expect(Object.values(launchesInWords(null))).toEqual(["No launches yet", ""]);
});

it("stock is counted with the regions it is in", () => {
  const told = (offers: number, offers_available: number, regions: number) =>
    stockInWords({ offers, offers_available, regions });
  expect(told(31, 29, 1)).toBe("29 of 31 offers in stock, 1 region");
  expect(told(1_866, 1_836, 51)).toBe("1,836 of 1,866 offers in stock, 51 regions");
});

it("what is not known is said to be so", () => {
  const start = (start_secs: number) => startInWords({ launches: 3, succeeded: 2, start_secs });
  expect([95, 179, 180].map(start)).toEqual(["95 s", "179 s", "3 min"]);
  expect(startInWords({ launches: 3, succeeded: 0 })).toBe("not known");
  expect([null, 0, 240, 1_240].map(answeredIn)).toEqual(["not known", "0 ms", "240 ms", "1.2 s"]);
});
