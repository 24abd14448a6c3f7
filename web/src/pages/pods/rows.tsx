// Pods as a table where there is room for one, and as cards where there is not.

import { Link } from "@tanstack/react-router";
import { rate, usd } from "../../lib/money.ts";
import { moment } from "../../lib/time.ts";
import { buttonClass, type Column, DataTable } from "../../ui/index.ts";
import { machineName } from "../../nouns/offer/machine.ts";
import { PodActs } from "../../nouns/pod/acts.tsx";
import { PodBadge } from "../../nouns/pod/badge.tsx";
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
  return place ? (
    <>
      {place.cloud}
      <br />
      <span className="text-label text-mute">{place.region}</span>
    </>
  ) : (
    <span className="text-mute">{isDeploying(pod) ? "Finding one" : "None"}</span>
  );
}

/** The table's eight columns need this much room. */
const WIDE = "(min-width: 1200px)";

const columnsAt = (readAt: number): Column<PodView>[] => [
  {
    head: "Pod",
    className: "max-w-56",
    cell: (pod) => (
      <>
        <NameLink pod={pod} />
        <br />
        <span className="text-label text-mute">
          <What pod={pod} />
        </span>
      </>
    ),
  },
  // Wide enough for the longest state, so that the columns stay where they are as it changes.
  { head: "State", className: "min-w-36", cell: (pod) => <PodBadge pod={pod} /> },
  { head: "GPU", className: "whitespace-nowrap", cell: machineName },
  { head: "Cloud", className: "whitespace-nowrap", cell: (pod) => <Place pod={pod} /> },
  {
    head: "Price per hour",
    right: true,
    cell: ({ price }) => (
      <>
        <span className="font-semibold">{rate(price.rate_usd_micros_per_hour)}</span>
        <br />
        <span className="text-label text-mute">{usd(price.day_usd_micros)} a day</span>
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
    // Room for all buttons: one that goes moves nothing.
    className: "min-w-60",
    cell: (pod) => (
      <div className="flex justify-end gap-1.5">
        <Open pod={pod} />
        <PodActs pod={pod} size="small" />
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
  <ul aria-label={caption} className="grid gap-3">
    {pods.map((pod) => (
      <PodCard key={pod.id} pod={pod} readAt={readAt} />
    ))}
  </ul>
);

function PodCard({ pod, readAt }: { pod: PodView; readAt: number }) {
  const place = placeOf(pod);
  return (
    <li className="card grid gap-3 p-4">
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
        <div className="min-w-0">
          <h2 className="text-read">
            <NameLink pod={pod} />
          </h2>
          <p className="text-label text-mute">
            {machineName(pod)}, <What pod={pod} />
          </p>
          {place && (
            <p className="text-label text-mute">
              {place.cloud}, {place.region}
            </p>
          )}
        </div>
        <PodBadge pod={pod} />
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
  const { price } = pod;
  const figures = [
    ["Hour", rate(price.rate_usd_micros_per_hour)],
    ["Day", usd(price.day_usd_micros)],
    ["Month", usd(price.month_usd_micros)],
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
