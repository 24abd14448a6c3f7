// An offer with sane fields, for tests that name only what matters to them.

import type { Shape } from "../../api/client.ts";

export const sampleOffer = (fields: Partial<Shape<"OfferView">> = {}): Shape<"OfferView"> => ({
  id: "off_00000000000000000001",
  provider: "lambda",
  instance_type: "gpu_1x_h100_sxm5",
  region: "us-east-1",
  gpu: "H100 SXM",
  gpu_count: 1,
  gpu_memory_gib: 80,
  bf16_tflops: 989.5,
  vcpus: 26,
  ram_gib: 200,
  disk: { included_gib: 50, max_gib: 1_000, rate_usd_micros_per_gib_hour: 137 },
  rate_usd_micros_per_hour: 2_000_000,
  provider_rate_usd_micros_per_hour: 1_850_000,
  brokerage_usd_micros_per_hour: 150_000,
  tenant_markup_usd_micros_per_hour: 0,
  spot: false,
  stock: "high",
  stoppable: true,
  simulated: [],
  source: "lambda",
  as_of: "2026-11-22",
  terms: { billing_increment_secs: 60, minimum_secs: 60 },
  ...fields,
});

/** A row of offers: a machine with its cheapest offer. */
export const sampleRow = (
  machine: string,
  offer: Shape<"OfferView">,
  fields: Partial<Shape<"RankedOffer">> = {},
): Shape<"RankedOffer"> => ({
  machine,
  offer,
  offers: 1,
  clouds: 1,
  rank: 1,
  score: 1,
  explanation: [],
  ...fields,
});

/** A page of the market that holds these rows. */
export const samplePage = (
  items: Shape<"RankedOffer">[],
  fields: Partial<Shape<"OffersPage">> = {},
): Shape<"OffersPage"> => ({
  snapshot_id: "snap_1",
  taken_at: "2026-11-22T10:00:00Z",
  total: items.length,
  best_score: items.length > 0 ? 1 : 0,
  weights: {
    price: 40,
    memory: 12,
    performance: 22,
    tflops_per_dollar: 0,
    vcpus: 4,
    ram: 4,
    reliability: 8,
    start_up: 2,
    availability: 8,
  },
  per: "gpu",
  items,
  ...fields,
});
