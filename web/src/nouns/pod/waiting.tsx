// The pod that has to be activated or cancelled before another one can be deployed.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import { Notice } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { isDeploying, isReplacing, type PodView } from "./life.ts";

/** The pod still to be activated, if there is one; `quoteId`'s own pod is not in its own way. */
export const waitingOf = (pods: readonly PodView[], quoteId?: string): PodView | undefined =>
  pods.find((pod) => isDeploying(pod) && pod.quote_id !== quoteId);

export function useWaitingPod(quoteId?: string): PodView | undefined {
  const pods = useQuery({ ...queries.livePods(), refetchInterval: usePolling(10_000) }).data;
  return pods && waitingOf(pods.items, quoteId);
}

export const WaitingPod = ({ pod, className }: { pod: PodView; className?: string }) => (
  <Notice className={className}>
    <strong className="font-semibold break-words">{pod.name}</strong>{" "}
    {isReplacing(pod)
      ? "is being deployed again. You can deploy another pod once it runs or you have cancelled it."
      : `${pod.state === "ready" ? "is ready to activate." : "is still being deployed."} You can ` +
        "deploy another pod once you have activated or cancelled it."}{" "}
    <Link to="/pods/$podId" params={{ podId: pod.id }} className="font-semibold underline">
      {pod.state === "ready" && !isReplacing(pod) ? `Activate ${pod.name}` : `Open ${pod.name}`}
    </Link>
  </Notice>
);
