// The pods that have not ended, with their cost as it grows.

import { Link } from "@tanstack/react-router";
import { Server } from "lucide-react";
import { FIRST_SEARCH } from "../../lib/first-offers.ts";
import { rate } from "../../lib/money.ts";
import { buttonClass, ButtonLink, Card, Empty, Failed, SkeletonRows } from "../../ui/index.ts";
import { machineName } from "../../nouns/offer/machine.ts";
import { PodActs } from "../../nouns/pod/acts.tsx";
import { PodBadge } from "../../nouns/pod/badge.tsx";
import { rateNow } from "../../nouns/pod/cost.ts";
import { placeOf, type PodView } from "../../nouns/pod/life.ts";
import { LiveCost } from "../../nouns/pod/live-cost.tsx";

/** The overview is to fit on a screen or two; all pods have a page of their own. */
const SHOWN = 6;
const ROW = "flex flex-wrap items-center gap-x-5 gap-y-2 border-t border-line px-4 py-3 md:px-5";

interface ActivePodsProps {
  pods: readonly PodView[] | undefined;
  readAt: number;
  error: unknown;
  retry: () => unknown;
}

export function ActivePods({ pods, readAt, error, retry }: ActivePodsProps) {
  return (
    <Card
      title="Active pods"
      pad={false}
      actions={
        <Link
          to="/pods"
          className="rounded-sm text-label font-medium text-brand-ink hover:underline"
        >
          All pods
        </Link>
      }
    >
      {pods ? (
        pods.length > 0 ? (
          <>
            <ul>
              {pods.slice(0, SHOWN).map((pod) => (
                <ActivePod key={pod.id} pod={pod} readAt={readAt} />
              ))}
            </ul>
            {pods.length > SHOWN && <More count={pods.length - SHOWN} />}
          </>
        ) : (
          <Empty
            icon={<Server size={22} />}
            title="Nothing is running"
            action={
              <ButtonLink tone="primary" to="/offers" search={FIRST_SEARCH}>
                Browse GPUs
              </ButtonLink>
            }
          >
            Nothing is being charged either. Deploy a pod and it will show here.
          </Empty>
        )
      ) : error ? (
        <Failed what="Your pods" error={error} retry={retry} />
      ) : (
        <SkeletonRows rows={2} height="h-18" label="Loading your pods" />
      )}
    </Card>
  );
}

const More = ({ count }: { count: number }) => (
  <p className="border-t border-line px-4 py-3 md:px-5">
    <Link to="/pods" className="num rounded-sm font-medium text-brand-ink hover:underline">
      {count === 1 ? "1 more pod" : `${count.toLocaleString("en-US")} more pods`}
    </Link>
  </p>
);

function ActivePod({ pod, readAt }: { pod: PodView; readAt: number }) {
  const place = placeOf(pod);
  return (
    <li className={ROW}>
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <Link
            to="/pods/$podId"
            params={{ podId: pod.id }}
            className="rounded-sm text-read font-semibold wrap-anywhere hover:underline"
          >
            {pod.name}
          </Link>
          <PodBadge pod={pod} />
        </p>
        <p className="text-label text-mute">
          {machineName(pod)}
          {place && `, ${place.cloud}, ${place.region}`}
        </p>
      </div>
      <dl className="num flex gap-6">
        <div>
          <dt className="text-label text-mute">Per hour</dt>
          <dd className="font-medium">{rate(rateNow(pod))}</dd>
        </div>
        <div>
          <dt className="text-label text-mute">Cost so far</dt>
          <dd className="font-semibold">
            <LiveCost pod={pod} readAt={readAt} />
          </dd>
        </div>
      </dl>
      <div className="flex flex-wrap gap-1.5">
        <Link
          to="/pods/$podId"
          params={{ podId: pod.id }}
          aria-label={`Open ${pod.name}`}
          className={buttonClass("plain", "small")}
        >
          Open
        </Link>
        <PodActs pod={pod} size="small" />
      </div>
    </li>
  );
}
