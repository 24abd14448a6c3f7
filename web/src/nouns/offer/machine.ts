// A machine in words, wherever one is named: its name, its memory and its place.

import type { Shape } from "../../api/client.ts";
import { cloudName, statedRegion } from "../../lib/names.ts";

type Offer = Shape<"OfferView">;

/** The machine of an offer or of a pod; what has no count names its kind of GPU only. */
interface Machine {
  gpu: string;
  gpu_count?: number | null;
}

/** "8 × H100", "H100", or "1/6 of A10" for a share of one. */
export function machineName({ gpu, gpu_count: count }: Machine): string {
  if (count == null || count === 1) return gpu;
  return count > 1 ? `${count} × ${gpu}` : `1/${Math.round(1 / count)} of ${gpu}`;
}

/** The memory of its GPUs: "8 × 80 GiB", "80 GiB". */
export function memoryOf({
  gpu_count: count,
  gpu_memory_gib: gib,
}: Pick<Offer, "gpu_count" | "gpu_memory_gib">): string {
  if (count === 1) return `${gib} GiB`;
  return count > 1 ? `${count} × ${gib} GiB` : `${Math.round(gib * count)} GiB`;
}

/** The kind of machine, whoever sells it: "8 × H100, 80 GiB each", "L4, 24 GiB, spot". */
export const kindName = (
  offer: Pick<Offer, "gpu" | "gpu_count" | "gpu_memory_gib" | "spot">,
): string =>
  [
    machineName(offer),
    offer.gpu_count > 1 ? `${offer.gpu_memory_gib} GiB each` : memoryOf(offer),
    offer.spot ? "spot" : [],
  ]
    .flat()
    .join(", ");

/** Its cloud, and its region where the cloud says it: "Azure, eastus2", "Vast.ai". */
export const placeOf = ({ provider, region }: Pick<Offer, "provider" | "region">): string =>
  [cloudName(provider), statedRegion(region) ?? []].flat().join(", ");
