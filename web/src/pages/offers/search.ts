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
  "vcpus",
  "ram",
  "availability",
] as const satisfies readonly Facet[];

/** How much each facet counts, 0 to 100, in the order of `FACETS`. */
export type Weights = readonly [number, number, number, number, number, number];
export const USUAL_WEIGHTS: Weights = [40, 15, 25, 5, 5, 10];

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
  gpu?: string[];
  /** The least memory of one GPU, GiB. */
  memory?: number;
  gpu_count?: number;
  provider?: string[];
  region?: string[];
  /** The most a running hour may cost, dollars. */
  price?: number;
  spot?: boolean;
  /** Includes what is sold out. */
  sold_out?: true;
  sort?: Exclude<Sort, "rank">;
  unit?: Exclude<Unit, "hour">;
  weights?: Weights;
  /** The offer whose rank is explained. */
  offer?: string;
}

/** What links may contain: the same, in any spelling. */
export type OffersLink = { [Key in keyof OffersUrl]?: unknown } & SearchSchemaInput;

/** The parameters that are filters, which "Clear filters" clears. */
export const FILTERS = [
  "gpu",
  "memory",
  "gpu_count",
  "provider",
  "region",
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
    !parts.every(Number.isInteger) ||
    parts.every((part) => part === 0)
  )
    return undefined;
  return parts.every((part, index) => part === USUAL_WEIGHTS[index])
    ? undefined
    : (parts as unknown as Weights);
}

const oneOf = <T extends string>(value: unknown, of: readonly T[]): T | undefined =>
  of.find((one) => one === value);
const isTrue = (value: unknown): boolean => value === true || value === "true";

/** Reads a URL's parameters; empty ones are absent. */
export function parseOfferSearch(raw: OffersLink): OffersUrl {
  const read: OffersUrl = {
    gpu: list(raw.gpu),
    memory: whole(raw.memory, 10_000),
    gpu_count: whole(raw.gpu_count, 1_000),
    provider: list(raw.provider),
    region: list(raw.region),
    price: price(raw.price),
    spot: isTrue(raw.spot) ? true : raw.spot === false || raw.spot === "false" ? false : undefined,
    sold_out: isTrue(raw.sold_out) ? true : undefined,
    sort: oneOf(
      raw.sort,
      SORTS.filter((sort) => sort !== "rank"),
    ),
    unit: oneOf(
      raw.unit,
      (Object.keys(UNIT_HOURS) as Unit[]).filter((unit) => unit !== "hour"),
    ),
    weights: weights(raw.weights),
    offer:
      typeof raw.offer === "string" && /^off_[0-9a-f]{20}$/.test(raw.offer) ? raw.offer : undefined,
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

/** The API's parameters for the same offers, at the prices of `plan`. */
export function toQuery(url: OffersUrl, plan: Shape<"PlanId"> | undefined): OfferSearch {
  const named =
    url.weights &&
    Object.fromEntries(FACETS.map((facet, index) => [`weight_${facet}`, url.weights?.[index]]));
  const query: OfferSearch = {
    gpu: url.gpu?.join(","),
    gpu_memory_gib_min: url.memory,
    gpu_count: url.gpu_count,
    provider: url.provider?.join(","),
    region: url.region?.join(","),
    price_max_usd_micros_per_hour:
      url.price === undefined ? undefined : Math.round(url.price * 1_000_000),
    spot: url.spot,
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
  !hasFilters(url) && !url.sort && !url.weights && !url.offer;

/** Whether one class of GPUs is asked for: only then does "best value" mean anything. */
export const isOneClass = (url: OffersUrl): boolean => url.gpu?.length === 1;
