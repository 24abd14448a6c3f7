import { expect, it } from "vitest";
import {
  changesOf,
  type Corner,
  cornersOf,
  priceAt,
  type Prices,
  reachedAt,
  columnsOf,
} from "./prices.ts";

const point = (at: string, rate: number) => ({ at, rate_usd_micros_per_hour: rate });
const prices = (...points: ReturnType<typeof point>[]): Prices => ({
  from: "2026-11-01T00:00:00Z",
  until: "2026-11-11T00:00:00Z",
  points,
  lowest_rate_usd_micros_per_hour: Math.min(...points.map((one) => one.rate_usd_micros_per_hour)),
  highest_rate_usd_micros_per_hour: Math.max(...points.map((one) => one.rate_usd_micros_per_hour)),
});
const moved = prices(
  point("2026-11-03T12:00:00Z", 2_000_000),
  point("2026-11-06T00:00:00Z", 2_500_000),
  point("2026-11-08T12:00:00Z", 2_000_000),
);

it("each change is a corner, as far to the right as it is late", () => {
  expect(cornersOf(moved)).toEqual([
    { place: 0.25, rate: 2_000_000 },
    { place: 0.5, rate: 2_500_000 },
    { place: 0.75, rate: 2_000_000 },
  ]);
  const late = point("2026-11-12T00:00:00Z", 1);
  expect(cornersOf(prices(late))[0]?.place).toBe(1);
});

it("changes are told the newest first, with what the price was before", () => {
  expect(changesOf(moved).map(({ rate, was }) => [rate, was])).toEqual([
    [2_000_000, 2_500_000],
    [2_500_000, 2_000_000],
    [2_000_000, null],
  ]);
});

it("a price holds until the next one, and there is none before the first", () => {
  const at = (instant: string) => priceAt(moved.points, Date.parse(instant));
  expect(at("2026-11-03T11:59:59Z")).toBeNull();
  expect(at("2026-11-03T12:00:00Z")).toEqual(moved.points[0]);
  expect(at("2026-11-07T00:00:00Z")).toEqual(moved.points[1]);
  expect(at("2026-11-10T00:00:00Z")).toEqual(moved.points[2]);
  expect(priceAt([], 0)).toBeNull();
});

it("says when a price was reached first", () => {
  expect(reachedAt(moved, 2_000_000)).toBe("2026-11-03T12:00:00Z");
  expect(reachedAt(moved, 1)).toBeNull();
});

it("a price that changes often is told by columns: its range, and its average over the time", () => {
  const columns = columnsOf(
    [
      { place: 0, rate: 100 },
      { place: 0.125, rate: 300 },
      { place: 0.5, rate: 200 },
      { place: 1, rate: 400 },
    ],
    4,
  );
  expect(columns).toEqual([
    { place: 0, low: 100, high: 300, mean: 200 },
    { place: 0.25, low: 300, high: 300, mean: 300 },
    { place: 0.5, low: 200, high: 300, mean: 200 },
    { place: 0.75, low: 200, high: 400, mean: 200 },
  ]);
});

it("columns begin where the offer was first seen, and hold every price of thousands", () => {
  expect(columnsOf([{ place: 0.6, rate: 5 }], 4)).toEqual([
    { place: 0.6, low: 5, high: 5, mean: 5 },
    { place: 0.75, low: 5, high: 5, mean: 5 },
  ]);
  expect(columnsOf([])).toEqual([]);
  const corners: Corner[] = Array.from({ length: 26_000 }, (_, index) => ({
    place: index / 26_000,
    rate: 2_000_000 + Math.round(Math.sin(index) * 90_000),
  }));
  corners[777] = { ...corners[777]!, rate: 9_000_000 };
  corners[12_345] = { ...corners[12_345]!, rate: 1 };
  const columns = columnsOf(corners);
  expect(columns).toHaveLength(120);
  expect(Math.max(...columns.map(({ high }) => high))).toBe(9_000_000);
  expect(Math.min(...columns.map(({ low }) => low))).toBe(1);
  for (const { low, high, mean } of columns) {
    expect(mean).toBeGreaterThanOrEqual(low);
    expect(mean).toBeLessThanOrEqual(high);
  }
});
