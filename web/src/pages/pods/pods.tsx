// All of the caller's pods, the newest first, or only those that have not ended.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Server } from "lucide-react";
import { queries } from "../../api/queries.ts";
import { FIRST_SEARCH } from "../../lib/first-offers.ts";
import {
  ButtonLink,
  Empty,
  Failed,
  More,
  PageHead,
  Segments,
  SkeletonRows,
} from "../../ui/index.ts";
import { LiveMark, usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { MOVING } from "../../nouns/pod/badge.tsx";
import type { PodView } from "../../nouns/pod/life.ts";
import { PodRows } from "./rows.tsx";

export function Pods() {
  useTitle("Pods");
  const { show = "all" } = useSearch({ from: "/shell/own/pods" });
  const navigate = useNavigate({ from: "/pods" });
  return (
    <>
      <PageHead
        title="Pods"
        aside={<LiveMark />}
        actions={
          <ButtonLink tone="primary" to="/offers" search={FIRST_SEARCH}>
            New pod
          </ButtonLink>
        }
      />
      <Segments
        label="Which pods"
        value={show}
        options={
          [
            ["all", "All"],
            ["live", "Live"],
          ] as const
        }
        className="mb-4"
        onChange={(value) =>
          void navigate({ search: { show: value === "live" ? "live" : undefined }, replace: true })
        }
      />
      {show === "live" ? <LivePods /> : <AllPods />}
    </>
  );
}

/** How often to poll for pods: often while one is changing state. */
function useEvery(): (pods: readonly PodView[] | undefined) => number {
  const [fast, slow] = [usePolling(2_000), usePolling(10_000)];
  return (pods) => (pods?.some((pod) => MOVING.includes(pod.state)) ? fast : slow);
}

function AllPods() {
  const every = useEvery();
  const all = useInfiniteQuery({
    ...queries.pods(),
    refetchInterval: ({ state }) => every(state.data?.pages[0]?.items),
  });
  return (
    <>
      <PodList
        pods={all.data?.pages.flatMap((page) => page.items)}
        query={all}
        empty="You have no pods yet"
      >
        Choose a GPU, configure it and deploy it. Nothing is charged before you activate it.
      </PodList>
      <More query={all} />
    </>
  );
}

function LivePods() {
  const every = useEvery();
  const live = useQuery({
    ...queries.livePods(),
    refetchInterval: ({ state }) => every(state.data?.items),
  });
  return (
    <PodList pods={live.data?.items} query={live} empty="No pod is live">
      Pods that are running, stopped or being deployed show here.
    </PodList>
  );
}

interface PodListProps {
  pods: PodView[] | undefined;
  query: { dataUpdatedAt: number; error: unknown; refetch: () => unknown };
  /** The title of an empty list; the children explain it. */
  empty: string;
  children: string;
}

function PodList({ pods, query, empty, children }: PodListProps) {
  if (pods && pods.length > 0) return <PodRows pods={pods} readAt={query.dataUpdatedAt} />;
  return (
    <div className="card">
      {pods ? (
        <Empty
          icon={<Server size={22} />}
          title={empty}
          action={
            <ButtonLink tone="primary" to="/offers" search={FIRST_SEARCH}>
              Browse GPUs
            </ButtonLink>
          }
        >
          {children}
        </Empty>
      ) : query.error ? (
        <Failed what="Your pods" error={query.error} retry={query.refetch} />
      ) : (
        <SkeletonRows label="Loading your pods" />
      )}
    </div>
  );
}
