// The machines that match the URL, page by page, and how fresh their prices are.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import type { Status } from "../../api/realtime.ts";
import { useLive, usePolling } from "../../ui/live.tsx";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import { FACETS, type OffersUrl, toQuery } from "./search.ts";

/** Nothing loaded for this long: what is shown may be out of date. */
const STALE_MS = 60_000;
/** A market that was read longer ago than this is not live, however open the connection is. */
const FRESH_MS = 15 * 60_000;
const POLL_MS = 30_000;

/**
 * Whether prices are live (changes are pushed, and the market itself was read lately), were loaded
 * a moment ago, or may be out of date. `takenAt` is when the market was read, `loadedAt` when this
 * page asked for it.
 */
export function freshness({
  status,
  takenAt,
  loadedAt,
  failed,
  now,
}: {
  status: Status;
  takenAt: number;
  loadedAt: number;
  failed: boolean;
  now: number;
}): "live" | "loaded" | "stale" {
  if (status === "live" && !failed) return now - takenAt > FRESH_MS ? "loaded" : "live";
  return now - loadedAt > STALE_MS ? "stale" : "loaded";
}

export function useMarket(url: OffersUrl) {
  const { plan, known } = usePlan();
  const polling = usePolling(POLL_MS);
  const { status } = useLive();
  // The unit and the selected offer are not part of the query.
  const text = JSON.stringify(toQuery(url, plan));
  const question = useMemo(() => JSON.parse(text) as ReturnType<typeof toQuery>, [text]);
  const query = useInfiniteQuery({
    ...queries.offers(question),
    enabled: known,
    refetchInterval: polling,
  });
  // Pages that were loaded at different times can contain a machine twice.
  const rows = useMemo(
    () =>
      Array.from(
        new Map(
          query.data?.pages.flatMap(({ items }) => items).map((row) => [row.machine, row]),
        ).values(),
      ),
    [query.data],
  );
  /** Loads the next page; where the pages before it are too old to continue, loads them again. */
  const more = async () => {
    const { error } = await query.fetchNextPage({ cancelRefetch: false });
    if (["cursor_expired", "cursor_mismatch", "invalid_cursor"].includes(codeOf(error) ?? ""))
      await query.refetch();
  };
  const first = query.data?.pages[0];
  return {
    query,
    rows,
    question,
    plan,
    more,
    status,
    total: first?.total ?? 0,
    takenAt: first?.taken_at ?? null,
    /** The score of the best that matches. */
    best: first?.best_score ?? 0,
    per: first?.per ?? "gpu",
    /** The weights in effect, a workload's among them. */
    weights: first && FACETS.map((facet) => Math.round(first.weights[facet] ?? 0)),
    /** Memory that the model needs, GiB. */
    needs: first?.model_memory_gib_min ?? null,
    unmatched: first?.unmatched ?? null,
  };
}
