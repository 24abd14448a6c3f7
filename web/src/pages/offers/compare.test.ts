import { expect, it } from "vitest";
import type { Shape } from "../../api/client.ts";
import { comparison, toggled } from "./compare.ts";

const offer = (fields: Partial<Shape<"OfferView">>) =>
  ({
    provider: "lambda",
    region: "us-east-1",
    gpu_count: 1,
    gpu_memory_gib: 80,
    bf16_tflops: 989.5,
    vcpus: 26,
    ram_gib: 200,
    disk: { included_gib: 50, max_gib: 1000, rate_usd_micros_per_gib_hour: 137 },
    rate_usd_micros_per_hour: 2_000_000,
    spot: false,
    stock: "high",
    stoppable: true,
    terms: { billing_increment_secs: 60, minimum_secs: 60 },
    ...fields,
  }) as Shape<"OfferView">;

const row = (offers: Shape<"OfferView">[], name: string) => {
  const found = comparison(offers).find((one) => one.name === name);
  return found && [found.cells, [...found.best]];
};

it("marks the best of each row, whichever way is better", () => {
  const eight = offer({ gpu_count: 8, rate_usd_micros_per_hour: 12_000_000, bf16_tflops: 7_916 });
  const offers = [offer({}), eight];
  expect(row(offers, "Price an hour")).toEqual([["$2.00", "$12.00"], [0]]);
  expect(row(offers, "Price per GPU-hour")).toEqual([["$2.00", "$1.50"], [1]]);
  expect(row(offers, "GPU memory")).toEqual([["80 GiB", "8 × 80 GiB"], [1]]);
  expect(row(offers, "TFLOPS per dollar")).toEqual([["495", "660"], [1]]);
});

it("marks nothing where all are alike, or nothing is better or worse", () => {
  const offers = [offer({}), offer({ region: "us-west-1", bf16_tflops: null })];
  expect(row(offers, "vCPUs")).toEqual([["26", "26"], []]);
  expect(row(offers, "Dense BF16")).toEqual([["990 TFLOPS", "not known"], [0]]);
  expect(row(offers, "Stop and start again")).toEqual([["Yes", "Yes"], []]);
});

it("shows the lowest price of late below the price of now, where one is known", () => {
  const offers = [offer({ id: "off_1" }), offer({ id: "off_2" })];
  const names = (lowest?: Map<string, number>) =>
    comparison(offers, lowest).map(({ name }) => name);
  expect(names().slice(0, 2)).toEqual(["Price an hour", "Price per GPU-hour"]);
  const lowest = new Map([["off_2", 1_750_000]]);
  expect(names(lowest).slice(0, 2)).toEqual(["Price an hour", "Lowest in 30 days"]);
  expect(comparison(offers, lowest)[1]).toEqual({
    name: "Lowest in 30 days",
    cells: ["not known", "$1.75"],
    best: new Set(),
  });
});

it("holds four offers, and takes one out again", () => {
  expect(toggled(["a", "b"], "a")).toEqual(["b"]);
  expect(toggled(["a", "b", "c"], "d")).toEqual(["a", "b", "c", "d"]);
  expect(toggled(["a", "b", "c", "d"], "e")).toEqual(["a", "b", "c", "d"]);
});
