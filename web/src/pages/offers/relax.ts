// A filter that alone is in the way, as an act: what it says and how the URL changes.

import type { Shape } from "../../api/client.ts";
import { asked } from "../../lib/money.ts";
import type { OffersUrl } from "./search.ts";

export interface Way {
  words: string;
  patch: Partial<OffersUrl>;
  /** Machines that match then. */
  rows: number;
}

const CENT = 10_000;

/** How to relax a filter; null where it is a workload's own, which the URL has no filter for. */
export function relaxing({ filter, rows, to }: Shape<"Relaxed">, url: OffersUrl): Way | null {
  const way = (words: string, patch: Partial<OffersUrl>): Way => ({ words, patch, rows });
  const gib = (size: number) => `${size.toLocaleString("en-US")} GiB`;
  // Without a limit that lets one in there is no other way than to drop the filter.
  const limited = (key: "memory" | "vcpus" | "ram" | "disk", name: string, unit = gib) =>
    to != null && to > 0
      ? way(`Lower ${name} to ${unit(to)}`, { [key]: to })
      : way(`Drop the ${name} limit`, { [key]: undefined });
  switch (filter) {
    case "gpu":
      return way("Any GPU", { gpu: undefined });
    case "gpu_memory_gib_min":
      return limited("memory", "memory per GPU");
    case "gpu_count":
      return way("Any number of GPUs", { gpu_count: undefined });
    case "vcpus_min":
      return limited("vcpus", "vCPUs", String);
    case "ram_gib_min":
      return limited("ram", "RAM");
    case "disk_gib_min":
      return limited("disk", "disk");
    case "price_max_usd_micros_per_hour":
      return to == null
        ? way("Any price", { price: undefined })
        : way(`Raise the price to ${asked(to)}`, { price: (Math.ceil(to / CENT) * CENT) / 1e6 });
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
    case "machine":
    case "gpu_count_min":
    case "model_memory_gib_min":
      return null;
  }
}
