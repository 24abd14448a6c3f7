// The caller's pods: those that have not ended, and below them, folded away, those that have.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronRight, Server } from "lucide-react";
import { useRef } from "react";
import { queries } from "../../api/queries.ts";
import { FIRST_SEARCH } from "../../lib/first-offers.ts";
import { ButtonLink, cx, Empty, Failed, More, PageHead, SkeletonRows } from "../../ui/index.ts";
import { LiveMark, usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { MOVING, type PodView } from "../../nouns/pod/life.ts";
import { Silences } from "../../nouns/pod/silence.tsx";
import { UNCHARGED_YET } from "../../nouns/pod/words.ts";
import { endedWord, sortPods } from "./ended.ts";
import { PodRows } from "./rows.tsx";

export function Pods() {
  useTitle("Pods");
  const { live, all, active, ended } = usePods();
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
      <Silences pods={active ?? []} />
      {active && active.length > 0 ? (
        <PodRows
          caption="Your pods, the newest first"
          pods={active}
          readAt={Math.max(live.dataUpdatedAt, all.dataUpdatedAt)}
        />
      ) : (
        <NoPods known={active !== undefined} error={live.error} retry={live.refetch} />
      )}
      {(ended.length > 0 || all.hasNextPage) && <EndedPods pods={ended} all={all} />}
    </>
  );
}

/** How often to poll for pods: often while one is changing state. */
function useEvery(): (pods: readonly PodView[] | undefined) => number {
  const [fast, slow] = [usePolling(2_000), usePolling(10_000)];
  return (pods) => (pods?.some((pod) => MOVING.includes(pod.state)) ? fast : slow);
}

function usePods() {
  const every = useEvery();
  const live = useQuery({
    ...queries.livePods(),
    refetchInterval: ({ state }) => every(state.data?.items),
  });
  const all = useInfiniteQuery({ ...queries.pods(), refetchInterval: usePolling(10_000) });
  const seen = useRef(new Set<string>());
  live.data?.items.forEach(({ id }) => seen.current.add(id));
  const { active, ended } = sortPods(
    live.data?.items ?? [],
    all.data?.pages.flatMap((page) => page.items) ?? [],
    seen.current,
  );
  return { live, all, active: live.data && active, ended };
}

interface NoPodsProps {
  known: boolean;
  error: unknown;
  retry: () => unknown;
}

const NoPods = ({ known, error, retry }: NoPodsProps) => (
  <div className="card">
    {known ? (
      <Empty
        icon={<Server size={22} />}
        title="You have no active pods"
        action={
          <ButtonLink tone="primary" to="/offers" search={FIRST_SEARCH}>
            Browse GPUs
          </ButtonLink>
        }
      >
        Choose a GPU, configure it and deploy it. {UNCHARGED_YET}
      </Empty>
    ) : error ? (
      <Failed what="Your pods" error={error} retry={retry} />
    ) : (
      <SkeletonRows label="Loading your pods" />
    )}
  </div>
);

/** The pods that have ended, folded away. */
function EndedPods({ pods, all }: { pods: PodView[]; all: ReturnType<typeof usePods>["all"] }) {
  const open = useSearch({ from: "/shell/own/pods" }).show === "ended";
  const navigate = useNavigate({ from: "/pods" });
  const toggle = () =>
    void navigate({
      search: { show: open ? undefined : "ended" },
      replace: true,
      resetScroll: false,
    });
  return (
    <section className="mt-5">
      <button
        type="button"
        aria-expanded={open}
        onClick={toggle}
        className={
          "-ml-2 flex min-h-9 items-center gap-1.5 rounded-control px-2 font-medium " +
          "transition-colors hover:bg-sunk max-md:min-h-11"
        }
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={cx("text-mute transition-transform", open && "rotate-90")}
        />
        {open ? "Hide" : "Show"} {endedWord(pods.length, all.hasNextPage)}
      </button>
      {open && (
        <div className="mt-2 grid grid-cols-[minmax(0,1fr)] gap-3">
          {pods.length > 0 && (
            <PodRows
              caption="Your ended pods, the newest first"
              pods={pods}
              readAt={all.dataUpdatedAt}
            />
          )}
          <More query={all} />
        </div>
      )}
    </section>
  );
}
