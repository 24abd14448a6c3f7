import { describe, expect, it } from "vitest";
import { byDay, byPod, looksOf, type UsageRow } from "./sums.ts";

const row = (day: string, pod: string, captured: number, running = 60, stopped = 0): UsageRow => ({
  day,
  pod_id: `pod_${pod}`,
  pod_name: pod,
  gpu: "L4",
  running_secs: running,
  stopped_secs: stopped,
  captured_usd_micros: captured,
});

const ROWS = [
  row("2026-10-31", "b", 7),
  row("2026-11-01", "a", 10, 100, 5),
  row("2026-11-01", "b", 20),
  row("2026-11-03", "a", 30, 50),
];

const sum = (of: { captured_usd_micros: number }[]) =>
  of.reduce((all, one) => all + one.captured_usd_micros, 0);

describe("byDay", () => {
  const days = byDay(ROWS, { from: "2026-11-01", to: "2026-11-04" });
  it("has every day, those without usage too", () => {
    expect(days.map(({ day, captured_usd_micros }) => [day, captured_usd_micros])).toEqual([
      ["2026-11-01", 30],
      ["2026-11-02", 0],
      ["2026-11-03", 30],
      ["2026-11-04", 0],
    ]);
  });
  it("keeps a day's pods, and leaves out the days before a month's border", () => {
    expect(days[0]).toMatchObject({ running_secs: 160, stopped_secs: 5 });
    expect(days[0]?.rows.map(({ pod_name }) => pod_name)).toEqual(["a", "b"]);
    expect(days.flatMap(({ rows }) => rows)).toHaveLength(3);
  });
});

describe("byPod", () => {
  it("adds up over days, the dearest first", () => {
    expect(
      byPod(ROWS).map(({ pod_name, captured_usd_micros, running_secs }) => [
        pod_name,
        captured_usd_micros,
        running_secs,
      ]),
    ).toEqual([
      ["a", 40, 150],
      ["b", 27, 120],
    ]);
  });
  it("adds up to the same as by day", () => {
    expect(sum(byPod(ROWS))).toBe(sum(byDay(ROWS, { from: "2026-10-01", to: "2026-11-30" })));
  });
  it("is empty without rows", () => expect(byPod([])).toEqual([]));
});

const pods = (count: number) =>
  byPod(
    Array.from({ length: count }, (_, index) =>
      row("2026-11-01", String.fromCharCode(97 + index), 100 - index),
    ),
  );

describe("looksOf", () => {
  it("gives each pod its own look while there are enough", () =>
    expect([...looksOf(pods(5)).values()]).toEqual([0, 1, 2, 3, 4]));
  it("has those that cost least share the last one", () =>
    expect([...looksOf(pods(7)).values()]).toEqual([0, 1, 2, 3, 4, 4, 4]));
});
