// Which pages of GPUs there are and what each is about, from the clouds' public price lists.

import { rate } from "../lib/money.ts";

/** What a cloud asks for so many GPUs of one model in one machine. */
export interface Listing {
  provider: string;
  gpu_count: number;
  gpu_memory_gib: number;
  spot: boolean;
  /** Of the whole machine. */
  rate_usd_micros_per_hour: number;
}

/** One of the shipped catalogue: its list price, and the day it was read. */
export interface ListedPrice extends Omit<Listing, "rate_usd_micros_per_hour"> {
  provider_rate_usd_micros_per_hour: number;
  as_of: string;
}

/** What `make openapi` writes to `gpus.json`. */
export interface Gpus {
  as_of: string;
  models: readonly {
    name: string;
    family: string;
    bf16_tflops: number | null;
    listings: readonly ListedPrice[];
  }[];
}

/** A row of a page: a listing, and of which of its models. */
export interface Row extends Listing {
  gpu: string;
  /** The day the price was read, where it was not now. */
  as_of?: string;
}

export interface GpuPage {
  name: string;
  path: string;
  /** The models it is about: one, or all form factors of a family. */
  models: readonly string[];
  family: string;
  /** The sizes of memory that one is sold with, GiB. */
  memories: readonly number[];
  /** Dense BF16 TFLOPS of one: the least and the most; null where not known. */
  tflops: readonly [number, number] | null;
  rows: readonly Row[];
}

/** "RTX PRO 6000 Max-Q" as "rtx-pro-6000-max-q". */
export const slugOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
export const INDEX = "/gpus/";
export const pathOf = (name: string): string => `${INDEX}${slugOf(name)}/`;

/** The price of one of its GPUs. */
export const perGpu = ({ rate_usd_micros_per_hour: micros, gpu_count: count }: Listing): number =>
  micros / count;

/** By the price of one GPU, then of the machine. */
export const byPrice = (rows: readonly Row[]): Row[] =>
  [...rows].sort(
    (one, other) =>
      perGpu(one) - perGpu(other) ||
      one.rate_usd_micros_per_hour - other.rate_usd_micros_per_hour ||
      one.provider.localeCompare(other.provider, "en"),
  );

type Model = Gpus["models"][number];

function pageOf(name: string, models: readonly Model[]): GpuPage {
  const rates = models.flatMap(({ bf16_tflops: rate }) => rate ?? []);
  const rows = models.flatMap(({ name: gpu, listings }) =>
    listings.map(({ provider_rate_usd_micros_per_hour: micros, ...listing }) => ({
      ...listing,
      gpu,
      rate_usd_micros_per_hour: micros,
    })),
  );
  const memories = new Set(rows.map(({ gpu_memory_gib: gib }) => gib));
  return {
    name,
    path: pathOf(name),
    models: models.map((model) => model.name),
    family: models[0]?.family ?? name,
    memories: [...memories].sort((one, other) => one - other),
    tflops: rates.length > 0 ? [Math.min(...rates), Math.max(...rates)] : null,
    rows: byPrice(rows),
  };
}

const byName = (one: string, other: string): number =>
  one.localeCompare(other, "en", { numeric: true });

/** A page for each model, and for each family of several, which bears the bare name. */
export function pagesOf({ models }: Gpus): GpuPage[] {
  const families = new Map<string, Model[]>();
  for (const model of models)
    families.set(model.family, [...(families.get(model.family) ?? []), model]);
  const pages = new Map(models.map((model) => [model.name, pageOf(model.name, [model])]));
  for (const [family, of] of families) if (of.length > 1) pages.set(family, pageOf(family, of));
  return [...pages.values()].sort((one, other) => byName(one.name, other.name));
}

/** The other pages of its family, the whole family first. */
export const relatives = (page: GpuPage, pages: readonly GpuPage[]): GpuPage[] =>
  pages
    .filter(({ family, name }) => family === page.family && name !== page.name)
    .sort((one, other) => other.models.length - one.models.length || byName(one.name, other.name));

/** The cheapest of some rows; they are sorted. */
export const cheapest = (rows: readonly Row[], spot: boolean): Row | undefined =>
  rows.find((row) => row.spot === spot);

/** The least that one of them costs on demand, or else as a spot machine; rows are sorted. */
export function fromWords(rows: readonly Row[]): string {
  const [fixed, spot] = [cheapest(rows, false), cheapest(rows, true)];
  if (fixed) return rate(perGpu(fixed));
  return spot ? `${rate(perGpu(spot))} spot` : "none in stock";
}

/** How many clouds sell it. */
export const cloudsOf = (rows: readonly Row[]): number =>
  new Set(rows.map(({ provider }) => provider)).size;

/** A page's models as one text, and back, for what scripts are to find. */
export const modelsOf = ({ models }: Pick<GpuPage, "models">): string => models.join("|");
export const modelsIn = (text: string | undefined): string[] => (text ?? "").split("|");

/** The element that holds the prices that search engines read. */
export const PRICES_ID = "prices-data";

/** Two decimals, or four where a cent matters, without a sign. */
const plain = (micros: number): string => (micros / 1e6).toFixed(micros < 1e6 ? 4 : 2);

/** The prices of some rows as search engines read them; there is at least one. */
export function summed(rows: readonly Row[]) {
  const rates = rows.map(perGpu);
  return {
    "@type": "AggregateOffer",
    priceCurrency: "USD",
    lowPrice: plain(Math.min(...rates)),
    highPrice: plain(Math.max(...rates)),
    offerCount: rows.length,
  };
}
