// Pods as a table where there is room for one, and as cards where there is not.

import { Link } from "@tanstack/react-router";
import { rate, usd } from "../../lib/money.ts";
import { moment } from "../../lib/time.ts";
import { buttonClass, type Column, DataTable } from "../../ui/index.ts";
import { sumsOf } from "../../nouns/money/price.tsx";
import { machineName } from "../../nouns/offer/machine.ts";
import { PodActs } from "../../nouns/pod/acts.tsx";
import { PodBadge } from "../../nouns/pod/badge.tsx";
import { rateNow } from "../../nouns/pod/cost.ts";
import { isDeploying, placeOf, type PodView } from "../../nouns/pod/life.ts";
import { LiveCost } from "../../nouns/pod/live-cost.tsx";
import { useTemplateName } from "../../nouns/pod/template-name.ts";

interface RowsProps {
  caption: string;
  pods: readonly PodView[];
  readAt: number;
}

const NameLink = ({ pod }: { pod: PodView }) => (
  <Link
    to="/pods/$podId"
    params={{ podId: pod.id }}
    title={pod.name}
    className="rounded-sm font-semibold wrap-anywhere hover:underline"
  >
    {pod.name}
  </Link>
);
const Open = ({ pod }: { pod: PodView }) => (
  <Link
    to="/pods/$podId"
    params={{ podId: pod.id }}
    aria-label={`Open ${pod.name}`}
    className={buttonClass("plain", "small")}
  >
    Open
  </Link>
);
function What({ pod }: { pod: PodView }) {
  const template = useTemplateName()(pod.template_id);
  return (
    <>
      {template}, {pod.disk_gib.toLocaleString("en-US")} GiB
    </>
  );
}

function Place({ pod }: { pod: PodView }) {
  const place = placeOf(pod);
  if (place) return `${place.cloud}, ${place.region}`;
  return isDeploying(pod) ? "Finding a machine" : "No machine";
}

/** The table's seven columns need this much room. */
const WIDE = "(min-width: 1400px)";
/** A sum for comparing: without cents where they do not matter. */
const short = (micros: number): string => usd(micros, micros < 100_000_000 ? 2 : 0);

const columnsAt = (readAt: number): Column<PodView>[] => [
  {
    head: "Pod",
    // Takes what the others leave.
    className: "w-full max-w-0",
    cell: (pod) => (
      <>
        <span className="block truncate">
          <NameLink pod={pod} />
        </span>
        <span className="block truncate text-label text-mute">
          <What pod={pod} />
        </span>
      </>
    ),
  },
  // Wide enough for the longest state, so that the columns stay where they are as it changes.
  { head: "State", className: "min-w-40", cell: (pod) => <PodBadge pod={pod} /> },
  {
    head: "Machine",
    className: "whitespace-nowrap",
    cell: (pod) => (
      <>
        {machineName(pod)}
        <br />
        <span className="text-label text-mute">
          <Place pod={pod} />
        </span>
      </>
    ),
  },
  {
    head: "Price per hour",
    right: true,
    cell: (pod) => {
      const sums = sumsOf(rateNow(pod));
      return (
        <>
          <span className="font-semibold">{rate(sums.rate_usd_micros_per_hour)}</span>
          <br />
          <span className="text-label text-mute">
            {short(sums.day_usd_micros)} a day, {short(sums.month_usd_micros)} a month
          </span>
        </>
      );
    },
  },
  {
    head: "Cost",
    right: true,
    className: "font-medium",
    cell: (pod) => <LiveCost pod={pod} readAt={readAt} />,
  },
  {
    head: "Created",
    className: "num whitespace-nowrap text-mute",
    cell: (pod) => <time dateTime={pod.created_at}>{moment(pod.created_at)}</time>,
  },
  {
    head: "Actions",
    quiet: true,
    cell: (pod) => (
      <div className="flex min-w-40 justify-end gap-1.5">
        <PodActs pod={pod} size="small" steady />
      </div>
    ),
  },
];

export const PodRows = ({ caption, pods, readAt }: RowsProps) => (
  <DataTable
    wide={WIDE}
    caption={caption}
    columns={columnsAt(readAt)}
    rows={pods}
    keyOf={(pod) => pod.id}
    look="middle"
    cards={<PodCards caption={caption} pods={pods} readAt={readAt} />}
  />
);

const PodCards = ({ caption, pods, readAt }: RowsProps) => (
  <ul aria-label={caption} className="grid grid-cols-[minmax(0,1fr)] gap-3 lg:grid-cols-2">
    {pods.map((pod) => (
      <PodCard key={pod.id} pod={pod} readAt={readAt} />
    ))}
  </ul>
);

function PodCard({ pod, readAt }: { pod: PodView; readAt: number }) {
  return (
    <li className="card grid content-between gap-3 p-4">
      <div className="min-w-0">
        <div className="flex items-start justify-between gap-3">
          <h2 className="min-w-0 text-read">
            <NameLink pod={pod} />
          </h2>
          <PodBadge pod={pod} />
        </div>
        <p className="text-label text-mute">
          {machineName(pod)}, <What pod={pod} />
        </p>
        <p className="text-label text-mute">
          <Place pod={pod} />
        </p>
      </div>
      <Figures pod={pod} readAt={readAt} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="num text-label text-mute">
          Created <time dateTime={pod.created_at}>{moment(pod.created_at)}</time>
        </span>
        <div className="flex flex-wrap gap-2">
          <Open pod={pod} />
          <PodActs pod={pod} size="small" />
        </div>
      </div>
    </li>
  );
}

function Figures({ pod, readAt }: { pod: PodView; readAt: number }) {
  const sums = sumsOf(rateNow(pod));
  const figures = [
    ["Hour", rate(sums.rate_usd_micros_per_hour)],
    ["Day", usd(sums.day_usd_micros)],
    ["Month", usd(sums.month_usd_micros)],
  ] as const;
  return (
    <dl className="num flex flex-wrap justify-between gap-x-4 gap-y-2 border-t border-line pt-3">
      {figures.map(([name, sum]) => (
        <div key={name}>
          <dt className="text-label text-mute">{name}</dt>
          <dd className="font-medium">{sum}</dd>
        </div>
      ))}
      <div className="text-right">
        <dt className="text-label text-mute">Cost so far</dt>
        <dd className="font-semibold">
          <LiveCost pod={pod} readAt={readAt} />
        </dd>
      </div>
    </dl>
  );
}
