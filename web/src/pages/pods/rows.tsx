// Pods as a table where there is room for one, and as cards where there is not.

import { Link } from "@tanstack/react-router";
import { rate, usd } from "../../lib/money.ts";
import { moment } from "../../lib/time.ts";
import { buttonClass, type Column, DataTable } from "../../ui/index.ts";
import { PodActs } from "../../nouns/pod/acts.tsx";
import { PodBadge } from "../../nouns/pod/badge.tsx";
import { placeOf, podWord, type PodView } from "../../nouns/pod/life.ts";
import { LiveCost } from "../../nouns/pod/live-cost.tsx";

interface RowsProps {
  pods: readonly PodView[];
  readAt: number;
}

const NameLink = ({ pod }: { pod: PodView }) => (
  <Link
    to="/pods/$podId"
    params={{ podId: pod.id }}
    className="rounded-sm font-semibold break-words hover:underline"
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
const what = (pod: PodView): string =>
  `${pod.template_id}, ${pod.disk_gib.toLocaleString("en-US")} GiB`;

function Place({ pod }: { pod: PodView }) {
  const place = placeOf(pod);
  return place ? (
    <>
      {place.cloud}
      <br />
      <span className="text-label text-mute">{place.region}</span>
    </>
  ) : (
    <span className="text-mute">not found yet</span>
  );
}

/** The table's eight columns need this much room. */
const WIDE = "(min-width: 1200px)";
const CAPTION = "Your pods, the newest first";

const columnsAt = (readAt: number): Column<PodView>[] => [
  {
    head: "Pod",
    className: "max-w-56",
    cell: (pod) => (
      <>
        <NameLink pod={pod} />
        <br />
        <span className="text-label text-mute">{what(pod)}</span>
      </>
    ),
  },
  { head: "State", cell: (pod) => <PodBadge state={pod.state} word={podWord(pod)} /> },
  { head: "GPU", cell: (pod) => pod.gpu },
  { head: "Cloud", cell: (pod) => <Place pod={pod} /> },
  {
    head: "Price per hour",
    right: true,
    cell: ({ price }) => (
      <>
        <span className="font-semibold">{rate(price.rate_usd_micros_per_hour)}</span>
        <br />
        <span className="text-label text-mute">
          {usd(price.day_usd_micros)} a day, {usd(price.month_usd_micros)} a month
        </span>
      </>
    ),
  },
  {
    head: "Cost so far",
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
      <div className="flex justify-end gap-1.5">
        <Open pod={pod} />
        <PodActs pod={pod} size="small" />
      </div>
    ),
  },
];

export const PodRows = ({ pods, readAt }: RowsProps) => (
  <DataTable
    wide={WIDE}
    caption={CAPTION}
    columns={columnsAt(readAt)}
    rows={pods}
    keyOf={(pod) => pod.id}
    look="middle"
    cards={<PodCards pods={pods} readAt={readAt} />}
  />
);

function PodCards({ pods, readAt }: RowsProps) {
  return (
    <ul aria-label={CAPTION} className="grid gap-3">
      {pods.map((pod) => {
        const place = placeOf(pod);
        return (
          <li key={pod.id} className="card grid gap-3 p-4">
            <div className="flex items-start justify-between gap-3">
              <div className="min-w-0">
                <h2 className="text-read">
                  <NameLink pod={pod} />
                </h2>
                <p className="text-label text-mute">
                  {pod.gpu}, {what(pod)}
                </p>
                <p className="text-label text-mute">
                  {place ? `${place.cloud}, ${place.region}` : "No machine found yet"}
                </p>
              </div>
              <PodBadge state={pod.state} word={podWord(pod)} />
            </div>
            <dl
              className={
                "num grid grid-cols-[auto_auto_auto_auto] justify-between gap-x-3 border-t " +
                "border-line pt-3"
              }
            >
              <div>
                <dt className="text-label text-mute">Hour</dt>
                <dd className="font-semibold">{rate(pod.price.rate_usd_micros_per_hour)}</dd>
              </div>
              <div>
                <dt className="text-label text-mute">Day</dt>
                <dd className="font-medium">{usd(pod.price.day_usd_micros)}</dd>
              </div>
              <div>
                <dt className="text-label text-mute">Month</dt>
                <dd className="font-medium">{usd(pod.price.month_usd_micros)}</dd>
              </div>
              <div className="text-right">
                <dt className="text-label text-mute">Cost so far</dt>
                <dd className="font-semibold">
                  <LiveCost pod={pod} readAt={readAt} />
                </dd>
              </div>
            </dl>
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
      })}
    </ul>
  );
}
