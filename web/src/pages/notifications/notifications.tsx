// A person's notifications, the newest first. Opening the page marks none as read: a click does.

import {
  type InfiniteData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
} from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell, CheckCheck } from "lucide-react";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { ago, moment } from "../../lib/time.ts";
import {
  Badge,
  Button,
  ButtonLink,
  Card,
  cx,
  Empty,
  Failed,
  More,
  PageHead,
  SkeletonRows,
  useNow,
} from "../../ui/index.ts";
import { LiveMark, usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { useAlerts } from "../../nouns/alert/alerts.ts";
import { Alerts } from "./alerts.tsx";
import { ICONS, type Notification, URGENT, waysOf } from "./kinds.ts";
import { useMarkRead } from "./read.ts";

/** The server does not count beyond this. */
const COUNTED = 100;
const LAYOUT =
  "grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-[minmax(0,768px)_340px]";

export function Notifications() {
  const notifications = useInfiniteQuery({
    ...queries.notifications(),
    refetchInterval: usePolling(15_000),
  });
  const alerts = useAlerts();
  const mark = useMarkRead();
  const pages = notifications.data?.pages;
  const items = pages?.flatMap((page) => page.items);
  const unread = pages?.[0]?.unread ?? 0;
  const newest = items?.[0]?.id;
  useTitle(`${unread > 0 ? `(${unread}) ` : ""}Notifications`);
  return (
    <div className="max-w-3xl xl:max-w-282">
      <PageHead
        title="Notifications"
        aside={
          <>
            <span aria-live="polite" className="num text-mute">
              {items &&
                (unread > 0
                  ? `${unread >= COUNTED ? `${COUNTED}+` : unread} unread`
                  : items.length > 0 && "All read")}
            </span>
            <LiveMark />
          </>
        }
        actions={
          newest && (
            <Button
              aria-disabled={unread === 0 || undefined}
              onClick={() => {
                if (unread > 0 && !mark.isPending) mark.mutate(newest);
              }}
            >
              <CheckCheck size={15} aria-hidden />
              Mark all as read
            </Button>
          )
        }
      />
      <div className={LAYOUT}>
        <div>
          <Card pad={false}>
            <List query={notifications} items={items} />
          </Card>
          {items && items.length > 0 && !notifications.hasNextPage && (
            <p className="px-1 pt-3 text-label text-mute">
              That is everything from the last 90 days.
            </p>
          )}
        </div>
        {/* Below the list, which would move it while it loads. */}
        {(items || notifications.isError) && (
          <Alerts alerts={alerts} told={items?.find(({ kind }) => kind === "price_fell")?.id} />
        )}
      </div>
    </div>
  );
}

interface ListProps {
  query: UseInfiniteQueryResult<InfiniteData<Shape<"NotificationsPage">>>;
  items: readonly Notification[] | undefined;
}

function List({ query, items }: ListProps) {
  const now = useNow(30_000);
  if (items === undefined)
    return query.isError ? (
      <Failed what="Your notifications" error={query.error} retry={query.refetch} />
    ) : (
      <SkeletonRows height="h-20" label="Loading your notifications" />
    );
  if (items.length === 0)
    return (
      <Empty
        icon={<Bell size={22} />}
        title="No notifications yet"
        action={
          <ButtonLink to="/offers" tone="primary">
            Browse GPUs
          </ButtonLink>
        }
      >
        When a pod is ready, stops or runs low on money, or an invoice is final, you will see it
        here and by email.
      </Empty>
    );
  return (
    <>
      <ul>
        {items.map((item) => (
          <Item key={item.id} item={item} now={now} />
        ))}
      </ul>
      <More query={query} />
    </>
  );
}

function Item({ item, now }: { item: Notification; now: number }) {
  const Icon = ICONS[item.kind];
  return (
    <li
      className={cx(
        "flex gap-3 border-b border-line px-4 py-3.5 last:border-0 md:px-5",
        item.read && "text-mute",
      )}
    >
      <Icon
        size={17}
        aria-hidden
        className={cx("mt-0.5 shrink-0", URGENT.has(item.kind) ? "text-bad" : "text-mute")}
      />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <h2
            className={cx(
              "min-w-0 text-body break-words",
              item.read ? "font-medium" : "font-semibold",
            )}
          >
            {item.title}
          </h2>
          {!item.read && <Badge state="brand">Unread</Badge>}
        </div>
        <p className="mt-0.5 break-words text-mute">{item.text}</p>
        <p className="mt-1 flex flex-wrap items-center gap-x-4">
          <time dateTime={item.at} title={moment(item.at)} className="num text-label text-mute">
            {ago(item.at, now)}
          </time>
          {waysOf(item).map(({ label, link }) => (
            <Link
              key={label}
              {...link}
              className={
                "inline-flex min-h-6 items-center font-medium text-brand-ink underline " +
                "underline-offset-4 max-md:min-h-9"
              }
            >
              {label}
            </Link>
          ))}
        </p>
      </div>
    </li>
  );
}
