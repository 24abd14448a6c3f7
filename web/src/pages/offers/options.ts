// The options of the filters, from the market's counts.

import type { Shape } from "../../api/client.ts";
import { rate } from "../../lib/money.ts";
import { cloudName, regionName } from "../../lib/names.ts";

export interface Option {
  value: string;
  label: string;
  note?: string;
}

type Facets = Shape<"FacetsPage">;

/** A GPU's model without its form factor; the bare name stands for all of them. */
export const familyOf = (gpu: string): string => gpu.replace(/ (SXM|PCIe|NVL|Max-Q)$/, "");

/**
 * GPUs by name, whatever their memory; a family with several form factors can be chosen as a whole.
 */
export function gpuOptions(gpus: Facets["gpus"]): Option[] {
  const families = new Set(gpus.flatMap(({ gpu }) => (familyOf(gpu) === gpu ? [] : familyOf(gpu))));
  const names = [...new Set([...families, ...gpus.map(({ gpu }) => gpu)])].sort((one, other) =>
    one.localeCompare(other, "en", { numeric: true }),
  );
  return names.map((name) => {
    const whole = families.has(name);
    const rates = gpus
      .filter(({ gpu }) => gpu === name || (whole && familyOf(gpu) === name))
      .flatMap(({ lowest_rate_usd_micros_per_hour: lowest }) => lowest ?? []);
    return {
      value: name,
      label: whole ? `${name}, any kind` : name,
      note: rates.length > 0 ? `from ${rate(Math.min(...rates))}` : "sold out",
    };
  });
}

const counted = (offers: number) => offers.toLocaleString("en-US");

export const cloudOptions = (providers: Facets["providers"]): Option[] =>
  providers.map(({ provider, offers }) => ({
    value: provider,
    label: cloudName(provider),
    note: counted(offers),
  }));

export const regionOptions = (regions: Facets["regions"]): Option[] =>
  regions.map(({ region, offers }) => ({
    value: region,
    label: region === "unspecified" ? "Not specified by the cloud" : regionName(region),
    note: counted(offers),
  }));

const SIZES = [8, 16, 24, 40, 48, 80, 96, 141, 180, 288];

/** Minimum memories to choose from, up to the largest GPU on the market. */
export const memoryOptions = (sizes: readonly number[]): number[] =>
  sizes.length === 0 ? SIZES : SIZES.filter((size) => size <= Math.max(...sizes));

/** The GPUs most people look for, for those who have chosen none. */
const POPULAR = ["H100", "H200", "A100", "L40S", "RTX 4090", "RTX 5090"];
export const popular = (options: readonly Option[]): Option[] =>
  POPULAR.flatMap((name) => options.find(({ value }) => value === name) ?? []);
