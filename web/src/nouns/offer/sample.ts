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
