// The orders of the clouds; the chosen one is kept in the address.

import { cloudName } from "../../lib/names.ts";
import { type CloudView, LAUNCHES_MIN } from "./words.ts";

export const SORTS = ["name", "health", "stock", "price", "launches", "start", "answer"] as const;
export type Sort = (typeof SORTS)[number];

/** In words, and in the head of its column. */
export const SORT_NAMES: Record<Sort, string> = {
  name: "Cloud",
  health: "Health",
  stock: "Offers in stock",
  price: "From, per hour",
  launches: "Launches that succeed",
  start: "Start-up time",
  answer: "Answer",
};

/** Whether the smallest figure comes first. */
export const ASCENDING: Record<Sort, boolean> = {
  name: true,
  health: false,
  stock: false,
  price: true,
  launches: false,
  start: true,
  answer: true,
};

export interface CloudsSearch {
  sort?: Exclude<Sort, "name">;
}
const SORTED = SORTS.filter((sort) => sort !== "name");
export const parseCloudsSearch = ({ sort }: Record<string, unknown>): CloudsSearch => ({
  sort: SORTED.find((one) => one === sort),
});

const TROUBLE = { healthy: 0, silent: 1, resting: 2 } as const;

/** What a cloud is sorted by; null where it is not known, which comes last in every order. */
function figureOf(cloud: CloudView, sort: Exclude<Sort, "name">): number | null {
  const { launches: record } = cloud;
  switch (sort) {
    case "health":
      return TROUBLE[cloud.status];
    case "stock":
      return cloud.offers_available;
    case "price":
      return cloud.lowest_rate_usd_micros_per_hour ?? null;
    case "launches":
      // A share of few launches is worth less than any of many.
      return record && record.launches >= LAUNCHES_MIN ? record.succeeded / record.launches : null;
    case "start":
      return record?.start_secs ?? null;
    case "answer":
      return cloud.read_millis ?? null;
  }
}

/** The clouds in an order; equal ones by name. */
export function sorted(clouds: readonly CloudView[], sort: Sort): CloudView[] {
  const byName = [...clouds].sort((one, other) =>
    cloudName(one.provider).localeCompare(cloudName(other.provider), "en"),
  );
  if (sort === "name") return byName;
  const way = ASCENDING[sort] ? 1 : -1;
  return byName.sort((one, other) => {
    const [left, right] = [figureOf(one, sort), figureOf(other, sort)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return way * (left - right);
  });
}
