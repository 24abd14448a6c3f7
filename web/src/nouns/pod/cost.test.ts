import { describe, expect, it } from "vitest";
import { costAt, costText, rateNow, TRUSTED_MS } from "./cost.ts";
import { samplePod } from "./sample.ts";

const READ = 1_000_000;
const running = samplePod({ state: "running", running_secs: 100, cost_usd_micros: 10_000 });

describe("costAt", () => {
  it("counts a running pod's whole seconds on at its rate", () => {
    expect(costAt(running, READ, READ)).toEqual({ micros: 10_000, runningSecs: 100, old: false });
    expect(costAt(running, READ, READ + 9_999)).toEqual({
      micros: 10_900,
      runningSecs: 109,
      old: false,
    });
  });
  it("rounds down as the server does, over all seconds and not over the new ones", () => {
    const odd = {
      ...running,
      price: { ...running.price, rate_usd_micros_per_hour: 1_000 },
      running_secs: 2,
      cost_usd_micros: 0,
    };
    // 1,000 micro-dollars an hour: 3 s are 0.83 of one, 4 s are 1.1.
    expect(costAt(odd, READ, READ + 1_000).micros).toBe(0);
    expect(costAt(odd, READ, READ + 2_000).micros).toBe(1);
  });
  it("counts a stopped pod's disk, and not its running", () => {
    const stopped = samplePod({
      state: "stopped",
      running_secs: 100,
      stopped_secs: 0,
      cost_usd_micros: 10_000,
    });
    expect(costAt(stopped, READ, READ + 36_000)).toEqual({
      micros: 10_100,
      runningSecs: 100,
      old: false,
    });
  });
  it.each([
    "pending",
    "provisioning",
    "ready",
    "stopping",
    "terminating",
    "terminated",
    "failed",
  ] as const)("does not count a pod that is %s", (state) => {
    expect(costAt(samplePod({ state, cost_usd_micros: 7 }), READ, READ + 50_000)).toMatchObject({
      micros: 7,
      old: false,
    });
  });
  it("counts no further than the last answer can be trusted", () => {
    const late = costAt(running, READ, READ + TRUSTED_MS * 10);
    expect(late).toEqual({ ...costAt(running, READ, READ + TRUSTED_MS), old: true });
  });
  it("does not run backwards when this clock is behind", () => {
    expect(costAt(running, READ, READ - 5_000).micros).toBe(10_000);
  });
});

describe("costText", () => {
  it("never shows more than is due", () => {
    expect(costText(22_699)).toBe("$0.0226");
    expect(costText(999_999)).toBe("$0.9999");
    expect(costText(1_239_999)).toBe("$1.23");
    expect(costText(0)).toBe("$0.0000");
  });
});

it("a stopped pod costs what its disk does", () => {
  const { rate_usd_micros_per_hour: runs, stopped_rate_usd_micros_per_hour: stands } =
    running.price;
  expect(rateNow(running)).toBe(runs);
  expect([samplePod({ state: "stopped" }), samplePod({ state: "stopping" })].map(rateNow)).toEqual([
    stands,
    stands,
  ]);
});
