// Where the mailed link leads: to the one act that starts charging for a pod.

import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { ApiError } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { ButtonLink, Card, Empty, Failed, PageHead, SkeletonRows } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { isDeploying, isResuming, podWord, type PodView } from "../../nouns/pod/life.ts";
import { Activated } from "./activated.tsx";
import { type ActivationLink, linkOf } from "./link.ts";
import { Ready } from "./ready.tsx";

export function Activate() {
  useTitle("Activate");
  const { hash } = useLocation();
  const navigate = useNavigate();
  // The token is removed from the address once it is used up; the page still knows the pod.
  const [{ seen, link }, setSeen] = useState(() => ({ seen: hash, link: linkOf(hash) }));
  if (seen !== hash) setSeen({ seen: hash, link: linkOf(hash) ?? link });
  const forget = useCallback(() => void navigate({ to: "/activate", replace: true }), [navigate]);
  if (!link) {
    return (
      <Said
        title="This link is incomplete"
        action={
          <ButtonLink tone="primary" to="/pods">
            Show your pods
          </ButtonLink>
        }
      >
        Part of the address is missing. Open the link from the mail again, or copy all of it.
      </Said>
    );
  }
  return <ActivatePod key={`${link.podId} ${link.token}`} link={link} forget={forget} />;
}

/** The page when it has only one thing to say. */
function Said({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action: ReactNode;
}) {
  return (
    <>
      <PageHead title="Activate a pod" />
      <div className="max-w-2xl">
        <Card>
          <Empty title={title} action={action}>
            {children}
          </Empty>
        </Card>
      </div>
    </>
  );
}

/** Pods that are still being deployed, for which the link remains usable. */
const usable = (pod: PodView): boolean => isDeploying(pod);

function ActivatePod({ link, forget }: { link: ActivationLink; forget: () => void }) {
  const every = usePolling(3_000);
  const {
    data: pod,
    error,
    refetch,
  } = useQuery({
    ...queries.pod(link.podId),
    refetchInterval: ({ state }) => (state.data && usable(state.data) ? every : false),
  });
  const spent = pod !== undefined && !usable(pod);
  useEffect(() => {
    if (spent) forget();
  }, [spent, forget]);

  if (!pod) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 400)) {
      return (
        <Said
          title="This link is for another account"
          action={
            <ButtonLink tone="primary" to="/pods">
              Show your pods
            </ButtonLink>
          }
        >
          You have no such pod. Sign out, sign in with the address the mail was sent to, and open
          the link again.
        </Said>
      );
    }
    return (
      <>
        <PageHead title="Activate a pod" />
        <div className="card max-w-2xl">
          {error ? (
            <Failed what="The pod" error={error} retry={refetch} />
          ) : (
            <SkeletonRows rows={4} label="Loading the pod" />
          )}
        </div>
      </>
    );
  }
  if (pod.state === "running") return <Activated pod={pod} />;
  if (pod.state === "ready") return <Ready pod={pod} token={link.token} forget={forget} />;
  const open = (
    <ButtonLink tone="primary" to="/pods/$podId" params={{ podId: pod.id }}>
      Open the pod
    </ButtonLink>
  );
  if (usable(pod))
    return (
      <Said title={`${pod.name} is not ready yet`} action={open}>
        Its machine does not answer yet. This page continues by itself as soon as it does.
      </Said>
    );
  if (pod.state === "failed" || !pod.running_at) {
    return (
      <Said
        title={`${pod.name} can no longer be activated`}
        action={
          <div className="flex flex-wrap justify-center gap-2">
            <ButtonLink tone="primary" to="/offers" search={{ gpu: pod.gpu }}>
              Browse {pod.gpu}
            </ButtonLink>
            {open}
          </div>
        }
      >
        {pod.reason?.message ?? "Its deploy was cancelled."}{" "}
        {/nothing was charged/i.test(pod.reason?.message ?? "") ? "" : "Nothing was charged."}
      </Said>
    );
  }
  return (
    <Said title={`${pod.name} has already been activated`} action={open}>
      {isResuming(pod) ? "It is being started again now." : `Its current state: ${podWord(pod)}.`} A
      link works only once.
    </Said>
  );
}
