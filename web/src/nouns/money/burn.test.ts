import { expect, it } from "vitest";
import type { Shape } from "../../api/client.ts";
import { burnRate, hoursLeft, lasting } from "./burn.ts";

const price = {
  rate_usd_micros_per_hour: 2_000_000,
  stopped_rate_usd_micros_per_hour: 10_000,
} as Shape<"Price">;

it("counts running pods at their rate and stopped ones at theirs", () => {
  const states: Shape<"PodState">[] = [
    "running",
    "running",
    "stopped",
    "stopping",
    "ready",
    "provisioning",
    "failed",
    "terminated",
  ];
  expect(burnRate(states.map((state) => ({ state, price })))).toBe(4_020_000);
});

it("money lasts as long as what is free and what is held", () => {
  const wallet = { available_usd_micros: 3_000_000, held_usd_micros: 2_000_000 };
  expect(hoursLeft(wallet, 2_000_000)).toBe(2.5);
  expect(hoursLeft({ ...wallet, available_usd_micros: -9_000_000 }, 2_000_000)).toBe(0);
  expect(hoursLeft(wallet, 0)).toBeNull();
});

it("lasts for all pods, and less with one more", () => {
  const wallet = { available_usd_micros: 6_000_000, held_usd_micros: 2_000_000 };
  const pods = [{ state: "running" as const, price }];
  expect(lasting(wallet, pods)).toEqual({ burn: 2_000_000, hours: 4 });
  expect(lasting(wallet, pods, 2_000_000)).toEqual({ burn: 4_000_000, hours: 2 });
  expect(lasting(wallet, [], 0)).toEqual({ burn: 0, hours: null });
});
