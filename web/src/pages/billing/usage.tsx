// What pods used: by day as a chart, by pod and by day as tables.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { exact, usd } from "../../lib/money.ts";
import { date, span } from "../../lib/time.ts";
import {
  ButtonLink,
  Card,
  cx,
  Empty,
  Failed,
  Skeleton,
  SkeletonRows,
  useNow,
  type Column,
  DataTable,
} from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { RangePicker } from "./range-picker.tsx";
import { UsageChart } from "../../nouns/usage/chart.tsx";
import { type Range, rangeOf, todayAt } from "../../nouns/usage/range.ts";
import { byDay, byPod, type DaySum, type PodSum } from "../../nouns/usage/sums.ts";

export function Usage() {
  const today = todayAt(useNow(60_000));
  const asked = useSearch({ from: "/shell/own/billing" });
  const range = rangeOf(asked, today);
  const usage = useQuery({
    ...queries.usage(range.from, range.to),
    placeholderData: keepPreviousData,
    refetchInterval: usePolling(30_000),
  });
  return (
    <div className="grid gap-5">
      <RangePicker range={range} today={today} />
      {usage.data ? (
        <div
          className={cx(
            "grid grid-cols-[minmax(0,1fr)] gap-5 transition-opacity",
            usage.isPlaceholderData && "opacity-55",
          )}
          aria-busy={usage.isPlaceholderData}
        >
          <Shown usage={usage.data} range={usage.data} />
        </div>
      ) : usage.isError ? (
        <Card>
          <Failed what="Your usage" error={usage.error} retry={usage.refetch} />
        </Card>
      ) : (
        <>
          <Card>
            <Skeleton className="mb-4 h-10 w-1/2" />
            <Skeleton className="h-44" />
          </Card>
          <Card pad={false}>
            <SkeletonRows rows={3} label="Loading your usage" />
          </Card>
        </>
      )}
    </div>
  );
}

function Shown({ usage, range }: { usage: Shape<"UsageView">; range: Range }) {
  const pods = byPod(usage.items);
  const days = byDay(usage.items, range);
  if (pods.length === 0) {
    return (
      <Card>
        <Empty
          title="No usage on these days"
          action={
            <ButtonLink to="/offers" tone="primary">
              Browse GPUs
            </ButtonLink>
          }
        >
          Usage counts by the second, from the moment you activate a pod. Choose other days, or
          deploy a pod.
        </Empty>
      </Card>
    );
  }
  // Most pods are never stopped: then there is no such column.
  const shown = <Row,>(columns: Column<Row>[]) =>
    columns.filter(({ head }) => head !== "Stopped" || usage.stopped_secs > 0);
  return (
    <>
      <Card title="Used each day">
        <dl className="mb-5 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
          <Total name="Used" value={exact(usage.captured_usd_micros)} />
          <Total
            name="A day, on average"
            value={usd(
              usage.captured_usd_micros / days.length,
              usage.captured_usd_micros < 1_000_000 ? 4 : 2,
            )}
          />
          <Total name="Running time" value={span(usage.running_secs)} />
          <Total name="Stopped time" value={span(usage.stopped_secs)} />
        </dl>
        <UsageChart
          days={days}
          pods={pods}
          hint="Point at a bar or tap it to see its parts; the tables below have every number."
        />
      </Card>
      <Card title="By pod" pad={false}>
        <DataTable
          caption="Usage by pod"
          columns={shown(POD_COLUMNS)}
          rows={pods}
          keyOf={(pod) => pod.pod_id}
        />
      </Card>
      <Card title="By day" pad={false}>
        <DataTable
          caption="Usage by day, the newest first"
          columns={shown(DAY_COLUMNS)}
          rows={days.filter(({ rows }) => rows.length > 0).toReversed()}
          keyOf={(day) => day.day}
        />
      </Card>
    </>
  );
}

function Total({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-label text-mute">{name}</dt>
      <dd className="num text-card font-semibold">{value}</dd>
    </div>
  );
}

const podLink =
  "font-medium wrap-anywhere underline decoration-line2 underline-offset-4 " +
  "hover:decoration-current";

const POD_COLUMNS: Column<PodSum>[] = [
  {
    head: "Pod",
    cell: (pod) => (
      <>
        <Link to="/pods/$podId" params={{ podId: pod.pod_id }} className={podLink}>
          {pod.pod_name}
        </Link>{" "}
        <span className="text-mute">{pod.gpu}</span>
      </>
    ),
  },
  { head: "Running", right: true, cell: (pod) => span(pod.running_secs) },
  { head: "Stopped", right: true, cell: (pod) => span(pod.stopped_secs) },
  {
    head: "Used",
    right: true,
    cell: (pod) => <span className="font-medium">{exact(pod.captured_usd_micros)}</span>,
  },
];

const DAY_COLUMNS: Column<DaySum>[] = [
  {
    head: "Day (UTC)",
    cell: (day) => <span className="font-medium whitespace-nowrap">{date(day.day)}</span>,
  },
  {
    head: "Pods",
    cell: (day) => (
      <ul className="grid gap-0.5">
        {day.rows.map((row) => (
          <li key={row.pod_id} className="num flex flex-wrap gap-x-2 max-md:justify-end">
            <span className="wrap-anywhere">{row.pod_name}</span>
            <span className="text-mute">
              {span(row.running_secs)}, {exact(row.captured_usd_micros)}
            </span>
          </li>
        ))}
      </ul>
    ),
  },
  { head: "Running", right: true, cell: (day) => span(day.running_secs) },
  { head: "Stopped", right: true, cell: (day) => span(day.stopped_secs) },
  {
    head: "Used",
    right: true,
    cell: (day) => <span className="font-medium">{exact(day.captured_usd_micros)}</span>,
  },
];
