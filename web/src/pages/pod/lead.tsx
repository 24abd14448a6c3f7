// What a pod is waiting for, or why it is over: what that means for the money, and what to do next.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, CirclePause, Hourglass, LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import { rate } from "../../lib/money.ts";
import { span } from "../../lib/time.ts";
import { ButtonLink } from "../../ui/index.ts";
import { useMissingFunds } from "../../nouns/money/short.tsx";
import { costText } from "../../nouns/pod/cost.ts";
import {
  isCancelled,
  isExpired,
  isReplacing,
  isResuming,
  lossOf,
  type PodView,
} from "../../nouns/pod/life.ts";
import { released } from "../../nouns/pod/words.ts";
import { LeadCard } from "./lead-card.tsx";
import { ToActivate } from "./to-activate.tsx";
import type { Link as ActivationLink } from "./use-activation.ts";

/**
 * Two ways to continue: the same machine, if its offer is still known, or one like it. `first` is
 * the primary one.
 */
function Again({ pod, first }: { pod: PodView; first?: "same" | "like" }) {
  const quote = useQuery(queries.quote(pod.quote_id)).data;
  const tone = (way: "same" | "like") => (first === way || (first && !quote) ? "primary" : "plain");
  return (
    <>
      {quote && (
        <ButtonLink
          tone={tone("same")}
          to="/configure"
          search={{ offer: quote.offer_id, again: quote.id }}
        >
          Deploy it again
        </ButtonLink>
      )}
      <ButtonLink tone={tone("like")} to="/offers" search={{ gpu: pod.gpu }}>
        Browse {pod.gpu}
      </ButtonLink>
    </>
  );
}

/** Reasons that more money would have prevented. */
const SHORT_OF_MONEY = ["insufficient_funds", "funds_exhausted"];

/** Nothing failed: it only was not activated. */
const Expired = ({ pod }: { pod: PodView }) => (
  <LeadCard
    icon={<Hourglass size={20} />}
    look="none"
    title="Expired before it was activated"
    actions={<Again pod={pod} first="same" />}
  >
    <p>The machine was ready, but the pod was not activated in time, so we returned the machine.</p>
    <p className="text-mute">Nothing was charged. {released(pod.hold_usd_micros)}</p>
  </LeadCard>
);

function Failure({ pod }: { pod: PodView }) {
  const money = SHORT_OF_MONEY.includes(pod.reason?.code ?? "");
  const message = pod.reason?.message ?? "The deploy failed, and no reason was given.";
  return (
    <LeadCard
      icon={<CircleAlert size={20} />}
      look="bad"
      title="The deploy failed"
      actions={
        <>
          {money && (
            <ButtonLink tone="primary" to="/billing">
              Top up
            </ButtonLink>
          )}
          <Again
            pod={pod}
            first={money ? undefined : pod.reason?.code === "no_capacity" ? "like" : "same"}
          />
        </>
      }
    >
      <p>{message}</p>
      <p className="text-mute">
        {/nothing was charged/i.test(message) ? "" : "Nothing was charged. "}
        {released(pod.hold_usd_micros)}
      </p>
    </LeadCard>
  );
}

function Stopped({ pod }: { pod: PodView }) {
  const disk = pod.price.stopped_rate_usd_micros_per_hour;
  const money = SHORT_OF_MONEY.includes(pod.reason?.code ?? "");
  return (
    <LeadCard
      icon={<CirclePause size={20} />}
      look={money ? "warn" : "none"}
      title="Stopped. Its disk is kept"
      actions={
        money && (
          <ButtonLink tone="primary" to="/billing">
            Top up
          </ButtonLink>
        )
      }
    >
      {pod.reason && <p>{pod.reason.message}</p>}
      <p className="text-mute">
        {disk > 0
          ? `Keeping the disk costs ${rate(disk)} per hour until you end the pod.`
          : "Keeping the disk is free."}{" "}
        Start it to run it again for {rate(pod.price.rate_usd_micros_per_hour)} per hour.
      </p>
    </LeadCard>
  );
}

function Ended({ pod }: { pod: PodView }) {
  return (
    <LeadCard
      icon={pod.reason ? <CircleAlert size={20} /> : <CircleCheck size={20} />}
      look={pod.reason ? "warn" : "none"}
      title={isCancelled(pod) ? "The deploy was cancelled" : "This pod has ended"}
      actions={<Again pod={pod} />}
    >
      {pod.reason && <p>{pod.reason.message}</p>}
      <p className="text-mute">
        {isCancelled(pod)
          ? `Nothing was charged. ${released(pod.hold_usd_micros)}`
          : `It ran for ${span(pod.running_secs)} and cost ${costText(pod.cost_usd_micros)}. ` +
            "Its machine and its disk were returned."}
      </p>
    </LeadCard>
  );
}

/** Its cloud took its machine away. */
function Lost({ pod }: { pod: PodView }) {
  const missing = useMissingFunds(pod.hold_usd_micros);
  const next = pod.relaunched_as;
  const isOver = pod.state === "terminated";
  const isShort = pod.relaunch && missing > 0;
  return (
    <LeadCard
      icon={<CircleAlert size={20} />}
      look="warn"
      title={next ? "This pod was deployed again" : "This pod has lost its machine"}
      actions={
        next ? (
          <ButtonLink tone="primary" to="/pods/$podId" params={{ podId: next }}>
            Open the new pod
          </ButtonLink>
        ) : (
          isOver && (
            <>
              {isShort && (
                <ButtonLink tone="primary" to="/billing">
                  Top up
                </ButtonLink>
              )}
              <Again pod={pod} first={isShort ? undefined : "same"} />
            </>
          )
        )
      }
    >
      <p>{pod.reason?.message}</p>
      <p className="text-mute">
        {isOver
          ? `It ran for ${span(pod.running_secs)} and cost ${costText(pod.cost_usd_micros)}. `
          : "You no longer pay for it. "}
        What was on its disk is lost.
      </p>
    </LeadCard>
  );
}

/** On its way to take a lost pod's place. */
const Replacing = ({ of }: { of: string }) => (
  <Moving title="Deploying it again">
    It takes the place of{" "}
    <Link to="/pods/$podId" params={{ podId: of }} className="font-medium underline">
      a pod whose machine was taken away
    </Link>
    . Charging begins when the new machine answers. You do not need to activate it.
  </Moving>
);

const Moving = ({ title, children }: { title: string; children: ReactNode }) => (
  <LeadCard icon={<LoaderCircle size={20} className="animate-spin" />} look="warn" title={title}>
    <p className="text-mute">{children}</p>
  </LeadCard>
);

/** The top of a pod's page, where there is more to say than its steps and its connection. */
export function Lead({ pod, link }: { pod: PodView; link: ActivationLink }) {
  if (isReplacing(pod) && pod.relaunch_of) return <Replacing of={pod.relaunch_of} />;
  if (lossOf(pod)) return <Lost pod={pod} />;
  switch (pod.state) {
    case "ready":
      return <ToActivate pod={pod} link={link} />;
    case "failed":
      return isExpired(pod) ? <Expired pod={pod} /> : <Failure pod={pod} />;
    case "stopped":
      return <Stopped pod={pod} />;
    case "terminated":
      return <Ended pod={pod} />;
    case "stopping":
      return (
        <Moving title="Stopping">
          {pod.reason ? `${pod.reason.message} ` : ""}You no longer pay for running. Its disk is
          kept.
        </Moving>
      );
    case "terminating":
      return (
        <Moving title={isCancelled(pod) ? "Cancelling the deploy" : "Ending"}>
          {pod.reason ? `${pod.reason.message} ` : ""}You no longer pay for it. Its machine and its
          disk are being returned.
        </Moving>
      );
    case "provisioning":
      return isResuming(pod) ? (
        <Moving title="Starting again">
          Charging begins when its machine is ready. You do not need to activate it again.
        </Moving>
      ) : null;
    case "pending":
    case "running":
      return null;
  }
}
