// Tells the owners of pods when the cloud of their machines has stopped answering us.

import { moment } from "../../lib/time.ts";
import { Notice } from "../../ui/index.ts";
import { placeOf, type PodView } from "./life.ts";

type Seen = Pick<PodView, "attempts" | "cloud_silent_since">;

/** One notice for each cloud that is silent, however many of the pods are there. */
export function Silences({ pods }: { pods: readonly Seen[] }) {
  const since = new Map<string, string>();
  for (const pod of pods) {
    const place = placeOf(pod);
    if (place && pod.cloud_silent_since) since.set(place.cloud, pod.cloud_silent_since);
  }
  return [...since].map(([cloud, instant]) => (
    <Notice key={cloud} className="mb-5">
      {cloud} has not answered us since {moment(instant)}. Machines there may still be running, but
      nothing after that time is charged until {cloud} answers again.
    </Notice>
  ));
}
