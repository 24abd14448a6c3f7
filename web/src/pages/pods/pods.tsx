// All of the caller's pods, the newest first.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Server } from "lucide-react";
import { useEffect } from "react";
import { queries } from "../../api/queries.ts";
import { useBrandName } from "../../shell/brand.tsx";
import { LiveMark, usePolling } from "../../shell/live.tsx";
import { Button, ButtonLink, Empty, Failed, MOVING, PageHead, Segments, SkeletonRows, useMedia } from "../../ui/index.ts";
import type { PodView } from "../pod/life.ts";
import { PodCards, PodTable } from "./rows.tsx";

const WIDE = "(min-width: 1200px)";

/** What a list of pods needs, wherever its pods come from. */
interface Pods {
  pods: PodView[] | undefined;
  readAt: number;
  error: unknown;
  retry: () => unknown;
  more?: { load: () => unknown; busy: boolean; failed: boolean };
}

function useEvery(): (pods: readonly PodView[] | undefined) => number {
  const [fast, slow] = [usePolling(2_000), usePolling(10_000)];
  return (pods) => (pods?.some((pod) => MOVING.includes(pod.state)) ? fast : slow);
}

function useAllPods(enabled: boolean): Pods {
  const every = useEvery();
  const all = useInfiniteQuery({ ...queries.pods(), enabled, refetchInterval: ({ state }) => every(state.data?.pages[0]?.items) });
  return {
    pods: all.data?.pages.flatMap((page) => page.items), readAt: all.dataUpdatedAt, error: all.error, retry: all.refetch,
    more: all.hasNextPage ? { load: all.fetchNextPage, busy: all.isFetchingNextPage, failed: all.isFetchNextPageError } : undefined,
  };
}

function useLivePods(enabled: boolean): Pods {
  const every = useEvery();
  const live = useQuery({ ...queries.livePods(), enabled, refetchInterval: ({ state }) => every(state.data?.items) });
  return { pods: live.data?.items, readAt: live.dataUpdatedAt, error: live.error, retry: live.refetch };
}

export function Pods() {
  const brand = useBrandName();
  useEffect(() => { document.title = `Pods · ${brand}`; }, [brand]);
  const { show } = useSearch({ from: "/shell/own/pods" });
  const navigate = useNavigate({ from: "/pods" });
  const wide = useMedia(WIDE);
  const [all, live] = [useAllPods(show !== "live"), useLivePods(show === "live")];
  const { pods, readAt, error, retry, more } = show === "live" ? live : all;
  const List = wide ? PodTable : PodCards;
  return (
    <>
      <PageHead title="Pods" aside={<LiveMark />} actions={<ButtonLink tone="primary" to="/offers">New pod</ButtonLink>} />
      <Segments label="Which pods" value={show ?? "all"} options={[["all", "All"], ["live", "Live"]] as const} className="mb-4"
        onChange={(value) => void navigate({ search: { show: value === "live" ? "live" : undefined }, replace: true })} />
      {pods && pods.length > 0 ? <List pods={pods} readAt={readAt} /> : (
        <div className="card">
          {pods ? <NoPods live={show === "live"} /> : error ? <Failed what="Your pods" error={error} retry={retry} /> : <SkeletonRows label="Loading your pods" />}
        </div>
      )}
      {more && (
        <div className="mt-4 grid justify-items-center gap-2">
          {more.failed && <p role="alert" className="text-bad">Older pods could not be loaded.</p>}
          <Button busy={more.busy} onClick={() => void more.load()}>{more.failed ? "Try again" : "Show older pods"}</Button>
        </div>
      )}
    </>
  );
}

function NoPods({ live }: { live: boolean }) {
  return (
    <Empty icon={<Server size={22} />} title={live ? "No pod is live" : "You have no pods yet"} action={<ButtonLink tone="primary" to="/offers">Browse GPUs</ButtonLink>}>
      {live ? "Pods that run, stand stopped or are being deployed show here." : "Choose a GPU, configure it and deploy it. Nothing is charged before you activate it."}
    </Empty>
  );
}
