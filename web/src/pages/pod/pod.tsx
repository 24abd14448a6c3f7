// One pod: its deploy, how to reach it, what it costs, and what can be done with it.

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useEffect, useRef } from "react";
import { ApiError } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { moment } from "../../lib/time.ts";
import {
  ButtonLink,
  Card,
  CopyLine,
  Empty,
  Facts,
  Failed,
  PageHead,
  Skeleton,
  SkeletonRows,
} from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { machineName } from "../../nouns/offer/machine.ts";
import { PodActs } from "../../nouns/pod/acts.tsx";
import { PodBadge } from "../../nouns/pod/badge.tsx";
import { Connect } from "../../nouns/pod/connect.tsx";
import { isDeploying, MOVING, OVER, placeOf, podWord, type PodView } from "../../nouns/pod/life.ts";
import { Silences } from "../../nouns/pod/silence.tsx";
import { useTemplateName } from "../../nouns/pod/template-name.ts";
import { scenarioWord, UNSTOPPABLE } from "../../nouns/pod/words.ts";
import { CostCard } from "./cost-card.tsx";
import { Lead } from "./lead.tsx";
import { Log } from "./log.tsx";
import { Timeline } from "./timeline.tsx";
import { useLink } from "./use-activation.ts";

const LAYOUT =
  "grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_300px] " +
  "xl:grid-cols-[minmax(0,1fr)_340px]";

export function Pod() {
  const { podId } = useParams({ from: "/shell/own/pods/$podId" });
  return <PodPage key={podId} id={podId} />;
}

function PodPage({ id }: { id: string }) {
  const [fast, slow] = [usePolling(1_000), usePolling(10_000)];
  const every = (known: PodView | undefined) =>
    known === undefined || OVER.includes(known.state)
      ? false
      : MOVING.includes(known.state) || isDeploying(known)
        ? fast
        : slow;
  const query = useQuery({ ...queries.pod(id), refetchInterval: ({ state }) => every(state.data) });
  const pod: PodView | undefined = query.data;
  const events = useQuery({ ...queries.podEvents(id), refetchInterval: every(pod) });
  const link = useLink(pod);
  useTitle(pod ? `${podWord(pod)}: ${pod.name}` : "Pod");
  useFocusKept(pod?.state);
  if (!pod) return <NoPod error={query.error} retry={query.refetch} linked={Boolean(link.token)} />;
  return (
    <>
      <PageHead
        crumbs={<Crumbs name={pod.name} />}
        title={pod.name}
        aside={<PodBadge pod={pod} />}
        actions={<PodActs pod={pod} />}
      />
      {!isDeploying(pod) && (
        <output className="sr-only">
          {pod.name}: {podWord(pod)}
        </output>
      )}
      <Silences pods={[pod]} />
      <div className={LAYOUT}>
        <div className="grid min-w-0 grid-cols-1 gap-5">
          <Lead pod={pod} link={link} />
          {pod.connection && <Connect pod={pod} connection={pod.connection} />}
          <Timeline pod={pod} events={events.data?.items ?? []} />
          <Log events={events.data?.items} error={events.error} retry={events.refetch} />
        </div>
        <div className="grid min-w-0 grid-cols-1 gap-5">
          <CostCard pod={pod} readAt={query.dataUpdatedAt} />
          <Machine pod={pod} />
        </div>
      </div>
    </>
  );
}

/** When a button goes with the state it belonged to, the focus stays on the page. */
function useFocusKept(state: string | undefined) {
  const before = useRef(state);
  useEffect(() => {
    if (before.current && before.current !== state && document.activeElement === document.body)
      document.getElementById("main")?.focus({ preventScroll: true });
    before.current = state;
  }, [state]);
}

/** `linked`: a mailed link led here. */
function NoPod({
  error,
  retry,
  linked,
}: {
  error: unknown;
  retry: () => unknown;
  linked: boolean;
}) {
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 400);
  return (
    <>
      <PageHead
        title={missing ? "Pod not found" : "Pod"}
        crumbs={<Crumbs name={missing ? "Not found" : "…"} />}
      />
      {missing ? (
        <Card>
          <Empty
            title={linked ? "This link is for another account" : "This pod does not exist"}
            action={
              <ButtonLink tone="primary" to="/pods">
                Show your pods
              </ButtonLink>
            }
          >
            {linked
              ? "Sign out, sign in with the address the email was sent to, and open the link again."
              : "The address may be mistyped, or the pod belongs to another account."}
          </Empty>
        </Card>
      ) : error ? (
        <Card>
          <Failed what="The pod" error={error} retry={retry} />
        </Card>
      ) : (
        <PodSkeleton />
      )}
    </>
  );
}

function Crumbs({ name }: { name: string }) {
  return (
    <>
      <Link to="/pods" className="rounded-sm hover:text-ink hover:underline">
        Pods
      </Link>
      <ChevronRight size={12} aria-hidden />
      <span aria-current="page" className="truncate text-ink">
        {name}
      </span>
    </>
  );
}

function Machine({ pod }: { pod: PodView }) {
  const place = placeOf(pod);
  const template = useTemplateName()(pod.template_id);
  return (
    <Card title="Machine">
      <Facts
        of={[
          ["GPU", machineName(pod)],
          place && ["Cloud", place.cloud],
          place && ["Region", place.region],
          ["Template", template],
          ["Disk", `${pod.disk_gib.toLocaleString("en-US")} GiB`],
          ["Created", moment(pod.created_at)],
          pod.running_at ? ["First started", moment(pod.running_at)] : null,
          pod.ended_at ? ["Ended", moment(pod.ended_at)] : null,
          pod.relaunch_of
            ? [
                "In place of",
                <Link
                  key="lost"
                  to="/pods/$podId"
                  params={{ podId: pod.relaunch_of }}
                  className="rounded-sm underline"
                >
                  a lost pod
                </Link>,
              ]
            : null,
          pod.scenario ? ["Simulated", scenarioWord(pod.scenario)] : null,
        ]}
      />
      {!pod.stoppable && !OVER.includes(pod.state) && (
        <p className="mt-3 text-label text-mute">{UNSTOPPABLE}</p>
      )}
      {pod.relaunch && !OVER.includes(pod.state) && pod.state !== "terminating" && (
        <p className="mt-3 text-label text-mute">
          If the cloud takes the machine away, the pod is deployed again at the same price. What is
          on its disk is then lost.
        </p>
      )}
      <div className="mt-4 grid gap-3">
        <CopyLine label="Pod id" text={pod.id} />
        <CopyLine label="Quote id" text={pod.quote_id} />
      </div>
    </Card>
  );
}

function PodSkeleton() {
  return (
    <div className={LAYOUT}>
      <div className="card">
        <SkeletonRows rows={5} label="Loading the pod" />
      </div>
      <Card>
        <div className="grid gap-4">
          <Skeleton className="h-4 w-24" />
          <Skeleton className="h-9 w-40" />
          <Skeleton className="h-16 w-full" />
        </div>
      </Card>
    </div>
  );
}
