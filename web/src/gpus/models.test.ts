import { expect, it } from "vitest";
import gpus from "../landing/gpus.json";
import {
  byPrice,
  cheapest,
  cloudsOf,
  type Gpus,
  modelsIn,
  modelsOf,
  pagesOf,
  relatives,
  slugOf,
  summed,
} from "./models.ts";

const listing = (provider: string, dollars: number, fields = {}) => ({
  provider,
  gpu_count: 1,
  gpu_memory_gib: 80,
  spot: false,
  provider_rate_usd_micros_per_hour: dollars * 1e6,
  as_of: "2026-08-06",
  ...fields,
});
const FEW: Gpus = {
  as_of: "2026-08-06",
  models: [
    { name: "H100", family: "H100", bf16_tflops: 756.5, listings: [listing("aws", 4)] },
    {
      name: "H100 SXM",
      family: "H100",
      bf16_tflops: 989.5,
      listings: [
        listing("lambda", 16, { gpu_count: 8 }),
        listing("runpod", 1.5, { spot: true }),
        listing("runpod", 3),
      ],
    },
    {
      name: "M60",
      family: "M60",
      bf16_tflops: null,
      listings: [listing("azure", 1, { gpu_memory_gib: 8 })],
    },
    { name: "RTX 3080", family: "RTX 3080", bf16_tflops: 60, listings: [listing("vast-ai", 1)] },
  ],
};
const pages = pagesOf(FEW);
const page = (name: string) => pages.find((one) => one.name === name)!;

it("each model has a page, and the bare name of a family is about all of them", () => {
  expect(pages.map(({ name, path, models }) => [name, path, models.length])).toEqual([
    ["H100", "/gpus/h100/", 2],
    ["H100 SXM", "/gpus/h100-sxm/", 1],
    ["M60", "/gpus/m60/", 1],
    ["RTX 3080", "/gpus/rtx-3080/", 1],
  ]);
  expect(page("H100").tflops).toEqual([756.5, 989.5]);
  expect(page("M60").tflops).toBeNull();
  expect(page("M60").memories).toEqual([8]);
  expect(relatives(page("H100 SXM"), pages).map(({ name }) => name)).toEqual(["H100"]);
  expect(relatives(page("M60"), pages)).toEqual([]);
});

it("rows go by the price of one GPU, and the cheapest is of one kind of contract", () => {
  const { rows } = page("H100");
  expect(rows.map(({ provider, gpu_count: count }) => [provider, count])).toEqual([
    ["runpod", 1],
    ["lambda", 8],
    ["runpod", 1],
    ["aws", 1],
  ]);
  expect(byPrice([...rows].reverse())).toEqual(rows);
  expect(cheapest(rows, false)?.provider).toBe("lambda");
  expect(cheapest(rows, true)?.rate_usd_micros_per_hour).toBe(1_500_000);
  expect(cheapest(page("M60").rows, true)).toBeUndefined();
  expect(cloudsOf(rows)).toBe(3);
});

it("search engines read prices per GPU-hour, where a cent matters with its parts", () => {
  expect(summed(page("H100").rows)).toMatchObject({
    lowPrice: "1.50",
    highPrice: "4.00",
    offerCount: 4,
  });
  const cheap = { ...page("M60").rows[0]!, rate_usd_micros_per_hour: 54_321 };
  expect(summed([cheap])).toMatchObject({ lowPrice: "0.0543", highPrice: "0.0543" });
});

it("names become addresses and lists texts, and lists come back", () => {
  expect(slugOf("RTX PRO 6000 Max-Q")).toBe("rtx-pro-6000-max-q");
  expect(modelsIn(modelsOf(page("H100")))).toEqual(["H100", "H100 SXM"]);
});

it("of the shipped lists, no two pages share an address, and none is empty", () => {
  const all = pagesOf(gpus);
  expect(all.length).toBeGreaterThan(70);
  expect(new Set(all.map(({ path }) => path)).size).toBe(all.length);
  for (const { path, rows, memories } of all) {
    expect(path).toMatch(/^\/gpus\/[a-z0-9]+(-[a-z0-9]+)*\/$/);
    expect(rows.length, path).toBeGreaterThan(0);
    expect(memories.length, path).toBeGreaterThan(0);
  }
});
