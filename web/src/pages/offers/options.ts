// The options of the filters, from the market's counts.

import type { Shape } from "../../api/client.ts";
import { cloudName, countryName, regionName } from "../../lib/names.ts";

export interface Option {
  value: string;
  label: string;
  note?: string;
}

type Facets = Shape<"FacetsPage">;

const counted = (offers: number) => offers.toLocaleString("en-US");

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
    const available = gpus
      .filter(({ gpu }) => gpu === name || (whole && familyOf(gpu) === name))
      .reduce((sum, { offers_available: offers }) => sum + offers, 0);
    return {
      value: name,
      label: whole ? `Any ${name}` : name,
      note: available > 0 ? counted(available) : "sold out",
    };
  });
}

export const cloudOptions = (providers: Facets["providers"]): Option[] =>
  providers.map(({ provider, offers }) => ({
    value: provider,
    label: cloudName(provider),
    note: counted(offers),
  }));

export const regionOptions = (regions: Facets["regions"]): Option[] =>
  regions.map(({ region, offers }) => ({
    value: region,
    label: region === "unspecified" ? "Not stated by the cloud" : regionName(region),
    note: counted(offers),
  }));

/** Countries by name. */
export const countryOptions = (countries: Facets["countries"]): Option[] =>
  countries
    .map(({ country, offers }) => ({
      value: country,
      label: countryName(country),
      note: counted(offers),
    }))
    .sort((one, other) => one.label.localeCompare(other.label, "en"));

const SIZES = [8, 16, 24, 40, 48, 80, 96, 141, 180, 288];

/** Minimum memories to choose from, up to the largest GPU on the market. */
export const memoryOptions = (sizes: readonly number[]): number[] =>
  sizes.length === 0 ? SIZES : SIZES.filter((size) => size <= Math.max(...sizes));

/** The GPUs most people look for and what for, for those who have chosen none. */
export const POPULAR: readonly (readonly [gpu: string, use: string])[] = [
  ["H100", "Training, large models"],
  ["H200", "Large models, long contexts"],
  ["B200", "The largest models"],
  ["A100", "Training, fine-tuning"],
  ["L40S", "Inference, rendering"],
  ["RTX 5090", "Images, small models"],
  ["RTX 4090", "Images, small models"],
  ["L4", "Low-cost inference"],
];
/** Those of them that this market has. */
export const popular = (options: readonly Option[]): typeof POPULAR =>
  POPULAR.filter(([name]) => options.some(({ value }) => value === name));
