// What happened to the caller's pods, the newest first.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import { ago, moment } from "../../lib/time.ts";
import { Card, Empty, Failed, More, SkeletonRows, useNow } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";

const PAGE = 8;

export function Activity() {
  const every = usePolling(10_000);
  const activity = useInfiniteQuery({ ...queries.activity(PAGE), refetchInterval: every });
  const now = useNow(15_000);
  const items = activity.data?.pages.flatMap((page) => page.items);
  return (
    <Card title="Activity" pad={false}>
      {items ? (
        items.length > 0 ? (
          <ol>
            {items.map(({ at, kind, message, pod_id, pod_name, gpu }) => (
              <li
                key={`${pod_id} ${at} ${kind}`}
                className={
                  "grid gap-x-4 border-t border-line px-4 py-2.5 md:px-5 " +
                  "xl:grid-cols-[6.5rem_minmax(0,14rem)_minmax(0,1fr)] xl:items-baseline"
                }
              >
                <time
                  dateTime={at}
                  title={moment(at)}
                  className="num text-label text-mute max-xl:order-last"
                >
                  {ago(at, now)}
                </time>
                <p className="min-w-0 break-words xl:truncate">
                  <Link
                    to="/pods/$podId"
                    params={{ podId: pod_id }}
                    className="rounded-sm font-medium hover:underline"
                  >
                    {pod_name}
                  </Link>{" "}
                  <span className="text-mute">{gpu}</span>
                </p>
                <p className="min-w-0 break-words">{message}</p>
              </li>
            ))}
          </ol>
        ) : (
          <Empty title="Nothing has happened yet">What happens to your pods is listed here.</Empty>
        )
      ) : activity.error ? (
        <Failed what="The activity" error={activity.error} retry={activity.refetch} />
      ) : (
        <SkeletonRows rows={5} label="Loading the activity" />
      )}
      <More query={activity} className="grid justify-items-center gap-3 border-t border-line p-3" />
    </Card>
  );
}
