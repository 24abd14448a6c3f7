// The names of pods, where a list has only their identifiers.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";

/** A pod's name if it is live or among the newest others, else the end of its identifier. */
export function usePodName(): (podId: string) => string {
  const live = useQuery(queries.livePods()).data?.items ?? [];
  const newest = useInfiniteQuery(queries.pods()).data?.pages.flatMap((page) => page.items) ?? [];
  const names = new Map([...newest, ...live].map((pod) => [pod.id as string, pod.name]));
  return (podId) => names.get(podId) ?? `pod …${podId.slice(-6)}`;
}
