// The state of a cloud, in words.

import type { Shape } from "../../api/client.ts";
import type { State } from "../../ui/basics.tsx";

type Counts = Pick<Shape<"ProviderView">, "offers" | "offers_available">;

/** Below this share of offers in stock, a cloud's stock counts as low. */
const LOW = 0.25;
/** Offers are refreshed about every minute; older ones than this are out of date. */
const OLD_MS = 10 * 60_000;

export function standing({ offers, offers_available }: Counts): { word: string; state: State } {
  if (offers_available === 0) return { word: "Sold out", state: "none" };
  return offers_available < offers * LOW
    ? { word: "Running low", state: "warn" }
    : { word: "In stock", state: "ok" };
}

export function summary(clouds: readonly Counts[]): string {
  const sold = clouds.filter((cloud) => cloud.offers_available === 0).length;
  if (clouds.length === 0) return "No cloud answers now";
  if (clouds.length === 1)
    return sold === 0 ? "The only cloud has machines in stock" : "The only cloud is sold out";
  return sold === 0
    ? `All ${clouds.length} clouds have machines in stock`
    : `${clouds.length - sold} of ${clouds.length} clouds have machines in stock`;
}

export const isOld = (takenAt: string, now: number): boolean => now - Date.parse(takenAt) > OLD_MS;
