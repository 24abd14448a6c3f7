import { describe, expect, it } from "vitest";
import { heightOf, labelled, scaleAround, scaleOf } from "./scale.ts";

describe("scaleOf", () => {
  it.each([
    [3_700_000, [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000]],
    [4_000_000, [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000]],
    [850_000, [0, 250_000, 500_000, 750_000, 1_000_000]],
    [3, [0, 1, 2, 3]],
  ])("%i has round lines", (most, ticks) =>
    expect(scaleOf(most)).toEqual({ bottom: 0, top: ticks.at(-1), ticks }),
  );
  it("holds every value, in few whole steps, and is not twice as high as needed", () => {
    for (let most = 1; most < 10 ** 12; most = Math.ceil(most * 1.37)) {
      const { top, ticks } = scaleOf(most);
      expect(top).toBeGreaterThanOrEqual(most);
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(ticks.every(Number.isInteger)).toBe(true);
      expect(top).toBeLessThanOrEqual(most * 2.5);
    }
  });
  it("has one line when there is nothing", () =>
    expect(scaleOf(0)).toEqual({ bottom: 0, top: 1, ticks: [0] }));
});

describe("scaleAround", () => {
  it.each([
    [2_000_000, 2_000_000, [1_900_000, 1_950_000, 2_000_000, 2_050_000, 2_100_000]],
    [1_890_000, 2_490_000, [1_800_000, 2_000_000, 2_200_000, 2_400_000, 2_600_000]],
    [10_000, 1_000_000, [0, 250_000, 500_000, 750_000, 1_000_000]],
  ])("%i to %i has round lines", (least, most, ticks) =>
    expect(scaleAround(least, most)).toEqual({ bottom: ticks[0], top: ticks.at(-1), ticks }),
  );
  it("holds every value, in few whole steps, and shows no cent as a cliff", () => {
    for (let most = 1_000; most < 10 ** 9; most = Math.ceil(most * 1.37))
      for (const share of [0.01, 0.5, 0.97, 0.999, 1]) {
        const least = Math.max(1, Math.round(most * share));
        const { bottom, top, ticks } = scaleAround(least, most);
        expect(bottom).toBeGreaterThanOrEqual(0);
        expect(bottom).toBeLessThanOrEqual(least);
        expect(top).toBeGreaterThanOrEqual(most);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.every(Number.isInteger)).toBe(true);
        expect((top - bottom) / most).toBeGreaterThanOrEqual(0.099);
      }
  });
  it("says how far up a value stands", () =>
    expect([1, 2, 5].map((value) => heightOf(value, { bottom: 1, top: 5, ticks: [] }))).toEqual([
      0, 0.25, 1,
    ]));
});

describe("labelled", () => {
  it.each([
    [7, 7, [0, 1, 2, 3, 4, 5, 6]],
    [30, 6, [0, 5, 10, 15, 20, 25]],
    [31, 6, [0, 6, 12, 18, 24, 30]],
    [1, 6, [0]],
  ])("of %i days at most %i", (count, most, places) =>
    expect(labelled(count, most)).toEqual(places),
  );
});
