// A pod as the API gives it, for tests.

import type { Shape } from "../../api/client.ts";
import type { PodView } from "./life.ts";

export const T0 = "2026-11-21T14:00:00.000Z";
/** An instant so many seconds after T0. */
export const at = (secs: number): string => new Date(Date.parse(T0) + secs * 1000).toISOString();

export function samplePod(change: Partial<PodView> = {}): PodView {
  return {
    id: "pod_1",
    name: "llama",
    mode: "SANDBOX",
    state: "pending",
    wanted: "running",
    quote_id: "quote_1",
    gpu: "RTX 4090",
    gpu_count: 1,
    ssh_keys: 1,
    template_id: "jupyter",
    disk_gib: 50,
    hold_usd_micros: 360_000,
    stoppable: true,
    relaunch: false,
    running_secs: 0,
    stopped_secs: 0,
    cost_usd_micros: 0,
    attempts: [],
    created_at: T0,
    version: 1,
    price: {
      machine_usd_micros_per_hour: 330_000,
      disk_usd_micros_per_hour: 0,
      brokerage_usd_micros_per_hour: 30_000,
      tenant_markup_usd_micros_per_hour: 0,
      rate_usd_micros_per_hour: 360_000,
      stopped_rate_usd_micros_per_hour: 10_000,
      day_usd_micros: 8_640_000,
      month_usd_micros: 262_800_000,
      provider_terms: { billing_increment_secs: 1, minimum_secs: 0 },
    },
    ...change,
  };
}

export const attempt = (
  number: number,
  outcome: Shape<"AttemptOutcome">,
  secs = 2,
): Shape<"AttemptView"> => ({
  number,
  provider: "runpod",
  region: "eu-ro-1",
  outcome,
  started_at: at(secs),
});

/** Events of these kinds, ten seconds apart. */
export const eventsOf = (...kinds: string[]): Shape<"PodEvent">[] =>
  kinds.map((kind, index) => ({
    sequence: index + 1,
    at: at(index * 10),
    kind: `pod.${kind}`,
    message: `${kind}.`,
  }));
