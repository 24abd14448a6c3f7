// A filter that alone is in the way, as an act: what it says and how the URL changes.

import type { Shape } from "../../api/client.ts";
import { rate } from "../../lib/money.ts";
import type { OffersUrl } from "./search.ts";

export interface Way {
  words: string;
  patch: Partial<OffersUrl>;
  /** How many machines match then, and how near they come to what was asked. */
  gives: string;
}

/** How to relax a filter; null where it is a workload's own, which the URL has no filter for. */
export function relaxing({ filter, rows, to }: Shape<"Relaxed">, url: OffersUrl): Way | null {
  const machines = `${rows.toLocaleString("en-US")} ${rows === 1 ? "machine" : "machines"}`;
  const way = (words: string, patch: Partial<OffersUrl>, limit?: string): Way => ({
    words,
    patch,
    gives: limit === undefined ? machines : `${machines}, ${limit}`,
  });
  const gib = (size: number) => `${size.toLocaleString("en-US")} GiB`;
  const most = (size: (to: number) => string) => (to == null ? undefined : `up to ${size(to)}`);
  switch (filter) {
    case "gpu":
      return way("Any GPU", { gpu: undefined });
    case "machine":
      return way("Any machine", { machine: undefined });
    case "gpu_memory_gib_min":
      return way("Any memory per GPU", { memory: undefined }, most(gib));
    case "gpu_count":
      return way("Any number of GPUs", { gpu_count: undefined });
    case "vcpus_min":
      return way("Any number of vCPUs", { vcpus: undefined }, most(String));
    case "ram_gib_min":
      return way("Any RAM", { ram: undefined }, most(gib));
    case "disk_gib_min":
      return way("Any disk", { disk: undefined }, most(gib));
    case "price_max_usd_micros_per_hour":
      return way(
        "Any price",
        { price: undefined },
        to == null ? undefined : `from ${rate(to)} an hour`,
      );
    case "region":
      return way("Any region", { region: undefined });
    case "country":
      return way("Any country", { country: undefined });
    case "provider":
      return way("Any cloud", { provider: undefined });
    case "provider_not":
      return way("Allow the clouds you left out", { provider_not: undefined });
    case "spot":
      return way(url.spot === "true" ? "Allow machines that are not spot" : "Allow spot machines", {
        spot: "any",
      });
    case "available":
      return way("Include what is sold out", { sold_out: true });
    case "gpu_count_min":
    case "model_memory_gib_min":
      return null;
  }
}
