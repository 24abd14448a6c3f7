// Pods as a table where there is room for one, and as cards where there is not.

import { Link } from "@tanstack/react-router";
import { rate, usd } from "../../lib/money.ts";
import { moment } from "../../lib/time.ts";
import { buttonClass, PodBadge } from "../../ui/index.ts";
import { PodActs } from "../pod/acts.tsx";
import { LiveCost } from "../pod/cost-card.tsx";
import { placeOf, podWord, type PodView } from "../pod/life.ts";

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

const HEAD = "px-3 py-2 text-left font-medium first:pl-5 last:pr-5";
const CELL = "px-3 py-2.5 first:pl-5 last:pr-5";

export function PodTable({ pods, readAt }: RowsProps) {
  return (
    <div className="card overflow-x-auto">
      <table className="w-full">
        <caption className="sr-only">Your pods, the newest first</caption>
        <thead>
          <tr className="border-b border-line text-label text-mute">
            <th scope="col" className={HEAD}>
              Pod
            </th>
            <th scope="col" className={HEAD}>
              State
            </th>
            <th scope="col" className={HEAD}>
              GPU
            </th>
            <th scope="col" className={HEAD}>
              Cloud
            </th>
            <th scope="col" className={`${HEAD} text-right`}>
              Price per hour
            </th>
            <th scope="col" className={`${HEAD} text-right`}>
              Cost so far
            </th>
            <th scope="col" className={HEAD}>
              Created
            </th>
            <th scope="col" className={HEAD}>
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {pods.map((pod) => (
            <tr key={pod.id} className="border-b border-line last:border-0">
              <th scope="row" className={`${CELL} max-w-56 text-left font-normal`}>
                <NameLink pod={pod} />
                <br />
                <span className="text-label text-mute">{what(pod)}</span>
              </th>
              <td className={CELL}>
                <PodBadge state={pod.state} word={podWord(pod)} />
              </td>
              <td className={CELL}>{pod.gpu}</td>
              <td className={CELL}>
                <Place pod={pod} />
              </td>
              <td className={`${CELL} num text-right whitespace-nowrap`}>
                <span className="font-semibold">{rate(pod.price.rate_usd_micros_per_hour)}</span>
                <br />
                <span className="text-label text-mute">
                  {usd(pod.price.day_usd_micros)} a day, {usd(pod.price.month_usd_micros)} a month
                </span>
              </td>
              <td className={`${CELL} num text-right font-medium`}>
                <LiveCost pod={pod} readAt={readAt} />
              </td>
              <td className={`${CELL} num whitespace-nowrap text-mute`}>
                <time dateTime={pod.created_at}>{moment(pod.created_at)}</time>
              </td>
              <td className={CELL}>
                <div className="flex justify-end gap-1.5">
                  <Open pod={pod} />
                  <PodActs pod={pod} size="small" />
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function PodCards({ pods, readAt }: RowsProps) {
  return (
    <ul aria-label="Your pods, the newest first" className="grid gap-3">
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
            <dl className="num grid grid-cols-[auto_auto_auto_auto] justify-between gap-x-3 border-t border-line pt-3">
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
