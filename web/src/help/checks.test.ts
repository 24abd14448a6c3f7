import { expect, it } from "vitest";
import { judge } from "./checks.ts";

it("says what answers, what is slow or old, and what does not answer", () => {
  const now = 10_000_000;
  const told = (tookMs: number | null, takenAt: number | null) => {
    const { api, market } = judge({ tookMs, takenAt, now });
    return [api.state, api.words, market.state, market.words];
  };
  expect(told(34.4, now - 14_000)).toEqual([
    "ok",
    "answers in 34 ms",
    "ok",
    "prices were read 14 s ago",
  ]);
  expect(told(2_500, now - 3_600_000)).toEqual([
    "warn",
    "answers slowly, in 2,500 ms",
    "warn",
    "prices were last read 1 h ago",
  ]);
  expect(told(null, null)).toEqual(["bad", "does not answer", "bad", "does not answer"]);
});
