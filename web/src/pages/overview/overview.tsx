// The first page after signing in: what needs attention, what is running, what it costs, what to do
// next.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import { FIRST_SEARCH } from "../../lib/first-offers.ts";
import { ButtonLink, Loading, PageHead, Skeleton, useNow } from "../../ui/index.ts";
import { LiveMark, usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { MOVING } from "../../nouns/pod/life.ts";
import { ActivePods } from "./active.tsx";
import { Activity } from "./activity.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { Money } from "./money.tsx";
import { daysShown } from "./month.ts";
import { NextSteps } from "./next-steps.tsx";
import { Spend } from "./spend.tsx";
import { Warnings } from "./warnings.tsx";

const COLUMNS =
  "grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_300px] xl:grid-cols-[minmax(0,1fr)_340px]";

export function Overview() {
  useTitle("Overview");
  const [fast, slow] = [usePolling(2_000), usePolling(10_000)];
  const live = useQuery({
    ...queries.livePods(),
    refetchInterval: ({ state }) =>
      state.data?.items.some((pod) => MOVING.includes(pod.state)) ? fast : slow,
  });
  const all = useInfiniteQuery(queries.pods());
  const wallet = useQuery(queries.wallet());
  const newcomer = all.data?.pages[0]?.items.length === 0;
  // What the page consists of depends on these: nothing is shown that would move when they arrive.
  const known = [live, all, wallet].every((read) => read.isFetched);
  return (
    <>
      <PageHead
        title="Overview"
        aside={<LiveMark />}
        actions={
          <ButtonLink tone={newcomer ? "plain" : "primary"} to="/offers" search={FIRST_SEARCH}>
            Browse GPUs
          </ButtonLink>
        }
      />
      {!known ? (
        <OverviewSkeleton />
      ) : (
        <>
          <Warnings pods={live.data?.items ?? []} />
          {newcomer ? <FirstSteps /> : <Running live={live} />}
        </>
      )}
    </>
  );
}

interface Live {
  data: { items: Parameters<typeof NextSteps>[0]["pods"] } | undefined;
  dataUpdatedAt: number;
  error: unknown;
  isError: boolean;
  refetch: () => unknown;
}

/** The page of somebody who has had a pod. */
function Running({ live }: { live: Live }) {
  const { thisMonth, last30, asked } = daysShown(new Date(useNow(60_000)));
  const usage = useQuery({
    ...queries.usage(asked.from, asked.to),
    refetchInterval: usePolling(15_000),
  });
  const pods = live.data?.items;
  return (
    <>
      <Money
        pods={pods ?? (live.isError ? null : undefined)}
        month={thisMonth}
        usage={usage.data ?? (usage.isError ? null : undefined)}
      />
      <div className={COLUMNS}>
        <div className="grid min-w-0 grid-cols-1 gap-5">
          <ActivePods
            pods={pods}
            readAt={live.dataUpdatedAt}
            error={live.error}
            retry={live.refetch}
          />
          <Spend usage={usage.data} range={last30} error={usage.error} retry={usage.refetch} />
          <Activity />
        </div>
        <NextSteps pods={pods ?? []} />
      </div>
    </>
  );
}

const OverviewSkeleton = () => (
  <Loading label="Loading the overview" className="grid gap-5">
    <div className="grid grid-cols-2 gap-3 xl:grid-cols-4 xl:gap-5">
      {[0, 1, 2, 3].map((tile) => (
        <Skeleton key={tile} className="card h-24" />
      ))}
    </div>
    <div className={COLUMNS}>
      <Skeleton className="card h-96" />
      <Skeleton className="card h-48" />
    </div>
  </Loading>
);
