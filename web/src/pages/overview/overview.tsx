// The first page after signing in: what is running, what it costs, what needs attention, what to do
// next.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import { FIRST_SEARCH } from "../../lib/first-offers.ts";
import { ButtonLink, PageHead } from "../../ui/index.ts";
import { LiveMark, usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { MOVING } from "../../nouns/pod/life.ts";
import { ActivePods } from "./active.tsx";
import { Activity } from "./activity.tsx";
import { Clouds } from "./clouds.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { Money } from "./money.tsx";
import { QuickActions } from "./quick-actions.tsx";
import { Warnings } from "./warnings.tsx";

export function Overview() {
  useTitle("Overview");
  const [fast, slow] = [usePolling(2_000), usePolling(10_000)];
  const live = useQuery({
    ...queries.livePods(),
    refetchInterval: ({ state }) =>
      state.data?.items.some((pod) => MOVING.includes(pod.state)) ? fast : slow,
  });
  const newcomer = useInfiniteQuery(queries.pods()).data?.pages[0]?.items.length === 0;
  return (
    <>
      <PageHead
        title="Overview"
        aside={<LiveMark />}
        actions={
          !newcomer && (
            <ButtonLink tone="primary" to="/offers" search={FIRST_SEARCH}>
              Browse GPUs
            </ButtonLink>
          )
        }
      />
      <Warnings pods={live.data?.items ?? []} />
      {!newcomer && <Money pods={live.data ? live.data.items : live.isError ? null : undefined} />}
      <div
        className={
          "grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_300px] " +
          "xl:grid-cols-[minmax(0,1fr)_340px]"
        }
      >
        <div className="grid min-w-0 grid-cols-1 gap-5">
          {newcomer ? (
            <FirstSteps />
          ) : (
            <ActivePods
              pods={live.data?.items}
              readAt={live.dataUpdatedAt}
              error={live.error}
              retry={live.refetch}
            />
          )}
          {!newcomer && <Activity />}
        </div>
        <div className="grid min-w-0 grid-cols-1 gap-5">
          <QuickActions />
          <Clouds />
        </div>
      </div>
    </>
  );
}
