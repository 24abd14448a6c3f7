import { expect, it } from "vitest";
import { ASCENDING, parseCloudsSearch, type Sort, sorted, SORTS } from "./sorting.ts";
import type { CloudView } from "./words.ts";

const cloud = (provider: string, fields: Partial<CloudView> = {}): CloudView => ({
  provider,
  offers: 10,
  offers_available: 5,
  regions: 1,
  status: "healthy",
  ...fields,
});
const CLOUDS = [
  cloud("vultr", { offers_available: 9, lowest_rate_usd_micros_per_hour: 300 }),
  cloud("aws", {
    status: "silent",
    launches: { launches: 20, succeeded: 19, start_secs: 200 },
    read_millis: 900,
  }),
  cloud("lambda", {
    lowest_rate_usd_micros_per_hour: 200,
    launches: { launches: 2, succeeded: 2, start_secs: 40 },
    read_millis: 90,
  }),
  cloud("akash", { status: "resting", launches: { launches: 200, succeeded: 100 } }),
];
const order = (sort: Sort) => sorted(CLOUDS, sort).map(({ provider }) => provider);

it.each([
  ["name", ["akash", "aws", "lambda", "vultr"]],
  ["health", ["akash", "aws", "lambda", "vultr"]],
  ["stock", ["vultr", "akash", "aws", "lambda"]],
  ["price", ["lambda", "vultr", "akash", "aws"]],
  ["launches", ["aws", "akash", "lambda", "vultr"]],
  ["start", ["lambda", "aws", "akash", "vultr"]],
  ["answer", ["lambda", "aws", "akash", "vultr"]],
] as const)(
  "by %s: what is best, or in trouble, first, and what is not known last",
  (sort, expected) => expect(order(sort)).toEqual(expected),
);

it("the address keeps every order but the usual one, and nothing else", () => {
  expect(SORTS.map((sort) => parseCloudsSearch({ sort }).sort)).toEqual([
    undefined,
    ...SORTS.slice(1),
  ]);
  expect(parseCloudsSearch({ sort: "nonsense", other: 1 })).toEqual({ sort: undefined });
  expect(Object.keys(ASCENDING)).toEqual([...SORTS]);
});
