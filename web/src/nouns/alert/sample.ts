// A price alert with sane fields, for tests that name only what matters to them.

import type { Shape } from "../../api/client.ts";

export const sampleAlert = (
  fields: Partial<Shape<"PriceAlertView">> = {},
): Shape<"PriceAlertView"> => ({
  machine: "h100-sxm-80gib-x1",
  name: "H100 SXM, 80 GB",
  rate_max_usd_micros_per_hour: 1_800_000,
  created_at: "2026-11-22T10:00:00Z",
  ends_at: "2027-02-20T10:00:00Z",
  ...fields,
});
