// What became of the caller's pods lately, the newest first.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import { ago, moment } from "../../lib/time.ts";
import { Card, Dot, Empty, Failed, More, SkeletonRows, useNow } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { type Milestone, milestonesOf } from "./milestones.ts";

/** A deploy alone makes about eight events, of which two or three are shown. */
const PAGE = 40;

export function Activity() {
  const every = usePolling(10_000);
  const activity = useInfiniteQuery({ ...queries.activity(PAGE), refetchInterval: every });
  const now = useNow(15_000);
  const events = activity.data?.pages.flatMap((page) => page.items);
  const items = events && milestonesOf(events);
  return (
    <Card title="Recent activity" pad={false}>
      {items ? (
        items.length > 0 ? (
          <ol>
            {items.map((item) => (
              <Entry key={`${item.pod_id} ${item.at} ${item.kind}`} item={item} now={now} />
            ))}
          </ol>
        ) : (
          <Empty title="No activity yet">What becomes of your pods is listed here.</Empty>
        )
      ) : activity.error ? (
        <Failed what="Your activity" error={activity.error} retry={activity.refetch} />
      ) : (
        <SkeletonRows rows={5} label="Loading your activity" />
      )}
      <More query={activity} className="grid justify-items-center gap-3 border-t border-line p-3" />
    </Card>
  );
}

const Entry = ({ item, now }: { item: Milestone; now: number }) => (
  <li
    className={
      "flex flex-wrap items-baseline gap-x-3 gap-y-0.5 border-t border-line px-4 py-2.5 md:px-5"
    }
  >
    <span className="inline-flex items-center gap-2">
      <Dot state={item.state} />
      {item.words}
    </span>
    <span className="min-w-0 break-words">
      <Link
        to="/pods/$podId"
        params={{ podId: item.pod_id }}
        className="rounded-sm font-medium hover:underline"
      >
        {item.pod_name}
      </Link>{" "}
      <span className="text-mute">{item.gpu}</span>
    </span>
    <time dateTime={item.at} title={moment(item.at)} className="num ml-auto text-label text-mute">
      {ago(item.at, now)}
    </time>
    {item.state === "bad" && (
      <span className="basis-full text-label text-mute">{item.message}</span>
    )}
  </li>
);
