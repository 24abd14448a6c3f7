import { expect, it } from "vitest";
import { type CloudStatus, judge } from "./checks.ts";

it("says what answers, what is slow or old, and what does not answer", () => {
  const now = 10_000_000;
  const told = (tookMs: number | null, takenAt: number | null) => {
    const { api, market } = judge({ tookMs, takenAt, clouds: null, now });
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

it("says how many clouds are in trouble, and which", () => {
  const cloud = (
    provider: string,
    status: CloudStatus["status"] = "healthy",
    read_at?: string,
  ) => ({
    provider,
    status,
    read_at,
  });
  const told = (...clouds: CloudStatus[] | [null]) => {
    const asked = clouds[0] === null ? null : (clouds as CloudStatus[]);
    const { state, words } = judge({ tookMs: 1, takenAt: 0, clouds: asked, now: 0 }).clouds;
    return [state, words];
  };
  const at = "2026-11-22T00:00:00Z";
  expect(told(cloud("aws", "healthy", at), cloud("lambda", "healthy", at))).toEqual([
    "ok",
    "all 2 answer",
  ]);
  expect(told(cloud("aws"), cloud("lambda"))).toEqual(["ok", "simulated"]);
  expect(told(cloud("aws", "healthy", at), cloud("lambda", "silent", at))).toEqual([
    "warn",
    "1 of 2 in trouble: Lambda",
  ]);
  const five = ["aws", "lambda", "verda", "vultr", "runpod"].map((name) => cloud(name, "resting"));
  expect(told(...five)).toEqual(["warn", "5 of 5 in trouble: AWS, Lambda, Verda and 2 more"]);
  expect(told(null)).toEqual(["bad", "not known"]);
});
