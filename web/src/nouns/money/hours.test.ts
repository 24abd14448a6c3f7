import { describe, expect, it } from "vitest";
import { costOfUse, parseHours } from "./hours.tsx";

describe("hours per day", () => {
  it("are 0 to 24, with a comma or a point", () => {
    expect(["8", " 7,5 ", "0", "24"].map(parseHours)).toEqual([8, 7.5, 0, 24]);
    expect(["", "24.1", "-1", "eight"].map(parseHours)).toEqual([null, null, null, null]);
  });

  it("cost the rate while it runs and the stopped rate in the others", () => {
    expect(costOfUse(1_200_000, 30_000, 8)).toEqual({
      rate_usd_micros_per_hour: 1_200_000,
      day_usd_micros: 10_080_000,
      month_usd_micros: 306_600_000,
    });
    // Around the clock it is what the API says a month is: 730 hours.
    expect(costOfUse(1_234_567, 99, 24).month_usd_micros).toBe(1_234_567 * 730);
  });
});
