import { describe, expect, it } from "vitest";
import { labelled, scaleOf } from "./chart-scale.ts";

describe("scaleOf", () => {
  it.each([
    [3_700_000, [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000]],
    [4_000_000, [0, 1_000_000, 2_000_000, 3_000_000, 4_000_000]],
    [850_000, [0, 250_000, 500_000, 750_000, 1_000_000]],
    [3, [0, 1, 2, 3]],
  ])("%i has round lines", (most, ticks) =>
    expect(scaleOf(most)).toEqual({ top: ticks.at(-1), ticks }),
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
    expect(scaleOf(0)).toEqual({ top: 1, ticks: [0] }));
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
