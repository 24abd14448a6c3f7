// What the offers page shows, as written in the URL: a link shows the same to everyone.
// Defaults are left out, and invalid values are dropped.

import type { SearchSchemaInput } from "@tanstack/react-router";
import type { Shape } from "../../api/client.ts";
import type { OfferSearch } from "../../api/queries.ts";
import { UNIT_HOURS, type Unit } from "../../lib/money.ts";

export type Facet = Shape<"Facet">;
export const FACETS = [
  "price",
  "memory",
  "performance",
  "tflops_per_dollar",
  "vcpus",
  "ram",
  "reliability",
  "start_up",
  "availability",
] as const satisfies readonly Facet[];

/** How much each facet counts, 0 to 100, in the order of `FACETS`. */
export type Weights = readonly number[];
export const USUAL_WEIGHTS: Weights = [40, 12, 22, 0, 4, 4, 8, 2, 8];

/** What people come to do; `run` and `fine_tune` are about a model. */
export const WORKLOADS = [
  "run",
  "fine_tune",
  "large_memory",
  "tflops_per_dollar",
  "stays_up",
] as const satisfies readonly NonNullable<OfferSearch["workload"]>[];
export type Workload = (typeof WORKLOADS)[number];
export const BITS = ["4", "8", "16"] as const satisfies readonly NonNullable<OfferSearch["bits"]>[];
export const METHODS = ["lora", "qlora", "full"] as const satisfies readonly NonNullable<
  OfferSearch["method"]
>[];
export const BILLIONS_MAX = 2_000;
export const hasModel = (workload: Workload | undefined): boolean =>
  workload === "run" || workload === "fine_tune";
/** The size that is meant where a model is to run and no size is said. */
export const USUAL_BILLIONS = 8;
/** The most offers that are compared side by side. */
export const COMPARED_MAX = 4;

export const SORTS = [
  "rank",
  "price_asc",
  "price_desc",
  "performance",
  "memory",
  "availability",
] as const;
export type Sort = (typeof SORTS)[number];

export interface OffersUrl {
  workload?: Workload;
  /** Billions of parameters of the model. */
  billions?: number;
  bits?: Exclude<(typeof BITS)[number], "16">;
  method?: Exclude<(typeof METHODS)[number], "lora">;
  gpu?: string[];
  /** One kind of machine, as the API identifies it. */
  machine?: string;
  /** The least memory of one GPU, GiB. */
  memory?: number;
  gpu_count?: number;
  vcpus?: number;
  /** GiB, as the disk is. */
  ram?: number;
  disk?: number;
  provider?: string[];
  provider_not?: string[];
  region?: string[];
  /** ISO 3166-1 codes. */
  country?: string[];
  /** The most a running hour may cost, dollars. */
  price?: number;
  /** Only spot machines, or spot and others together; others only unless said. */
  spot?: "true" | "any";
  /** Includes what is sold out. */
  sold_out?: true;
  sort?: Exclude<Sort, "rank">;
  unit?: Exclude<Unit, "hour">;
  weights?: Weights;
  /** The offer whose rank is explained. */
  offer?: string;
  /** Offers to compare side by side. */
  compare?: string[];
}

/** What links may contain: the same, in any spelling. */
export type OffersLink = { [Key in keyof OffersUrl]?: unknown } & SearchSchemaInput;

/** The parameters that are filters, which "Clear filters" clears. */
export const FILTERS = [
  "gpu",
  "machine",
  "memory",
  "gpu_count",
  "vcpus",
  "ram",
  "disk",
  "provider",
  "provider_not",
  "region",
  "country",
  "price",
  "spot",
  "sold_out",
] as const satisfies readonly (keyof OffersUrl)[];

const LIST_MAX = 20;
const TEXT_MAX = 64;
export const PRICE_MAX = 100_000;
export const PAGE_SIZE = 50;

function list(value: unknown): string[] | undefined {
  const texts = (Array.isArray(value) ? value : String(value ?? "").split(","))
    .map((text) => String(text).trim())
    .filter((text) => text !== "" && text.length <= TEXT_MAX);
  const kept = texts
    .filter(
      (text, index) =>
        texts.findIndex((other) => other.toLowerCase() === text.toLowerCase()) === index,
    )
    .slice(0, LIST_MAX);
  return kept.length > 0 ? kept : undefined;
}

function within(value: unknown, least: number, most: number): number | undefined {
  const number =
    typeof value === "number"
      ? value
      : typeof value === "string" && value.trim() !== ""
        ? Number(value)
        : NaN;
  return number >= least && number <= most ? number : undefined;
}

function whole(value: unknown, most: number): number | undefined {
  const number = within(value, 1, most);
  return Number.isInteger(number) ? number : undefined;
}

/** A price in dollars, to the cent. */
function price(value: unknown): number | undefined {
  const number = within(value, 0.01, PRICE_MAX);
  return number === undefined ? undefined : Math.round(number * 100) / 100;
}

function weights(value: unknown): Weights | undefined {
  const parts = (Array.isArray(value) ? value : String(value ?? "").split(",")).map((part) =>
    within(part, 0, 100),
  );
  if (
    parts.length !== FACETS.length ||
    !parts.every((part) => part !== undefined && Number.isInteger(part)) ||
    parts.every((part) => part === 0)
  )
    return undefined;
  return parts as Weights;
}

export const sameWeights = (one: Weights, other: Weights): boolean =>
  one.every((weight, index) => weight === other[index]);

const isOffer = (text: unknown): text is string =>
  typeof text === "string" && /^off_[0-9a-f]{20}$/.test(text);

const isMachine = (text: unknown): text is string =>
  typeof text === "string" && text.length <= TEXT_MAX && /^[a-z0-9.-]+$/.test(text);

/** The workload and what belongs to it: a model's size, and how it is kept or tuned. */
function workload(raw: OffersLink): Partial<OffersUrl> {
  const name = oneOf(raw.workload, WORKLOADS);
  if (!hasModel(name)) return { workload: name };
  return {
    workload: name,
    billions: whole(raw.billions, BILLIONS_MAX) ?? USUAL_BILLIONS,
    bits: name === "run" ? oneOf(String(raw.bits), ["4", "8"] as const) : undefined,
    method: name === "fine_tune" ? oneOf(raw.method, ["qlora", "full"] as const) : undefined,
  };
}

const oneOf = <T extends string>(value: unknown, of: readonly T[]): T | undefined =>
  of.find((one) => one === value);
const isTrue = (value: unknown): boolean => value === true || value === "true";

/** Reads a URL's parameters; empty ones are absent. */
export function parseOfferSearch(raw: OffersLink): OffersUrl {
  const asked = workload(raw);
  const weighed = weights(raw.weights);
  const read: OffersUrl = {
    ...asked,
    gpu: list(raw.gpu),
    machine: isMachine(raw.machine) ? raw.machine : undefined,
    memory: whole(raw.memory, 10_000),
    gpu_count: whole(raw.gpu_count, 1_000),
    vcpus: whole(raw.vcpus, 10_000),
    ram: whole(raw.ram, 100_000),
    disk: whole(raw.disk, 1_000_000),
    provider: list(raw.provider),
    provider_not: list(raw.provider_not),
    region: list(raw.region),
    country: list(raw.country),
    price: price(raw.price),
    spot: isTrue(raw.spot) ? "true" : oneOf(raw.spot, ["any"] as const),
    sold_out: isTrue(raw.sold_out) ? true : undefined,
    sort: oneOf(
      raw.sort,
      SORTS.filter((sort) => sort !== "rank"),
    ),
    unit: oneOf(
      raw.unit,
      (Object.keys(UNIT_HOURS) as Unit[]).filter((unit) => unit !== "hour"),
    ),
    // A workload has weights of its own, so beside it the usual ones are a choice too.
    weights:
      weighed && (asked.workload || !sameWeights(weighed, USUAL_WEIGHTS)) ? weighed : undefined,
    offer: isOffer(raw.offer) ? raw.offer : undefined,
    compare: list(raw.compare)?.filter(isOffer).slice(0, COMPARED_MAX),
  };
  return Object.fromEntries(
    Object.entries(read).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** The API's parameters for the same offers, at the prices of `plan`. */
export function toQuery(url: OffersUrl, plan: Shape<"PlanId"> | undefined): OfferSearch {
  const named =
    url.weights &&
    Object.fromEntries(FACETS.map((facet, index) => [`weight_${facet}`, url.weights?.[index]]));
  const query: OfferSearch = {
    group: "machine",
    workload: url.workload,
    model_billions: url.billions,
    bits: url.bits,
    method: url.method,
    gpu: url.gpu?.join(","),
    machine: url.machine,
    gpu_memory_gib_min: url.memory,
    gpu_count: url.gpu_count,
    vcpus_min: url.vcpus,
    ram_gib_min: url.ram,
    disk_gib_min: url.disk,
    provider: url.provider?.join(","),
    provider_not: url.provider_not?.join(","),
    country: url.country?.join(","),
    region: url.region?.join(","),
    price_max_usd_micros_per_hour:
      url.price === undefined ? undefined : Math.round(url.price * 1_000_000),
    // Whether a machine is spot is part of what it is.
    spot: url.spot ?? (url.machine === undefined ? undefined : "any"),
    available: url.sold_out ? false : undefined,
    sort: url.sort,
    plan,
    limit: PAGE_SIZE,
    ...named,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

export const hasFilters = (url: OffersUrl): boolean =>
  FILTERS.some((name) => url[name] !== undefined);

/** Whether nothing has been chosen yet, so that there is nothing to rank within. */
export const isUnchosen = (url: OffersUrl): boolean =>
  !hasFilters(url) && !url.workload && !url.sort && !url.weights && !url.offer && !url.compare;

/** Whether "best value" means anything: one class of GPUs, a machine or a workload is asked for. */
export const isJudged = (url: OffersUrl): boolean =>
  url.gpu?.length === 1 || url.machine !== undefined || url.workload !== undefined;
