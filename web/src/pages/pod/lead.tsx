// What a pod is waiting for, or why it is over: what that means for the money, and what to do next.

import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CirclePause, LoaderCircle, Mail } from "lucide-react";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import { localMailbox } from "../../lib/mailbox.ts";
import { rate, usd } from "../../lib/money.ts";
import { clock, countdown, span, secsUntil } from "../../lib/time.ts";
import { buttonClass, ButtonLink, Card, cx, type State, useNow } from "../../ui/index.ts";
import { Sums, sumsOf } from "../../nouns/money/price.tsx";
import { costText } from "../../nouns/pod/cost.ts";
import { isCancelled, isResuming, type PodView } from "../../nouns/pod/life.ts";

const ICON_LOOK: Record<State, string> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  brand: "text-brand-ink",
  none: "text-mute",
};

function LeadCard({
  icon,
  look,
  title,
  children,
  actions,
}: {
  icon: ReactNode;
  look: State;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <Card className={cx(look === "bad" && "!border-bad", look === "brand" && "!border-brand")}>
      <div className="flex gap-3.5">
        <span className={cx("mt-0.5 shrink-0", ICON_LOOK[look])} aria-hidden>
          {icon}
        </span>
        <div className="grid min-w-0 flex-1 gap-3">
          <h2 className="text-card font-semibold">{title}</h2>
          {children}
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
      </div>
    </Card>
  );
}

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
        <ButtonLink tone={tone("same")} to="/configure" search={{ offer: quote.offer_id }}>
          Deploy it again
        </ButtonLink>
      )}
      <ButtonLink tone={tone("like")} to="/offers" search={{ gpu: pod.gpu }}>
        Browse {pod.gpu}
      </ButtonLink>
    </>
  );
}

function ToActivate({ pod }: { pod: PodView }) {
  const now = useNow();
  const email = useQuery(queries.me()).data?.email;
  const mailbox = localMailbox(email);
  const left = pod.deadline_at ? secsUntil(pod.deadline_at, now) : null;
  return (
    <LeadCard
      icon={<Mail size={20} />}
      look="brand"
      title="Your pod is ready: activate it"
      actions={
        mailbox && (
          <a href={mailbox} target="_blank" rel="noopener" className={buttonClass("primary")}>
            Open the local mailbox
          </a>
        )
      }
    >
      <p>
        We mailed a link to <strong className="font-semibold break-words">{email ?? "you"}</strong>.
        Open it and press Activate. Nothing is charged before that; from then on you pay by the
        second.
      </p>
      {left !== null &&
        (left > 0 ? (
          <p>
            <span className={cx("num text-h2 font-semibold", left < 120 && "text-warn")}>
              {countdown(left)}
            </span>{" "}
            <span className="text-mute">
              left, until {clock(pod.deadline_at!)}. After that the machine is returned and nothing
              is charged.
            </span>
          </p>
        ) : (
          <p className="text-mute">
            The time is up. The machine is being returned and nothing is charged.
          </p>
        ))}
    </LeadCard>
  );
}

/** Reasons that more money would have prevented. */
const SHORT_OF_MONEY = ["insufficient_funds", "funds_exhausted"];

function Failure({ pod }: { pod: PodView }) {
  const money = SHORT_OF_MONEY.includes(pod.reason?.code ?? "");
  const message = pod.reason?.message ?? "The deploy failed without a reason.";
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
        {/nothing was charged/i.test(message) ? "" : "Nothing was charged. "}The{" "}
        {usd(pod.hold_usd_micros)} held for it is released.
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
      title="Stopped, its disk is kept"
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
          : "Keeping the disk costs nothing."}{" "}
        Start it to run again at {rate(pod.price.rate_usd_micros_per_hour)} per hour.
      </p>
      {disk > 0 && <Sums price={sumsOf(disk)} className="max-w-md" />}
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
          ? `Nothing was charged. The ${usd(pod.hold_usd_micros)} held for it is released.`
          : `It ran for ${span(pod.running_secs)} and cost ${costText(pod.cost_usd_micros)}. ` +
            "Its machine and its disk have been returned."}
      </p>
    </LeadCard>
  );
}

const Moving = ({ title, children }: { title: string; children: ReactNode }) => (
  <LeadCard icon={<LoaderCircle size={20} className="animate-spin" />} look="warn" title={title}>
    <p className="text-mute">{children}</p>
  </LeadCard>
);

/** The top of a pod's page, where there is more to say than its steps and its connection. */
export function Lead({ pod }: { pod: PodView }) {
  switch (pod.state) {
    case "ready":
      return <ToActivate pod={pod} />;
    case "failed":
      return <Failure pod={pod} />;
    case "stopped":
      return <Stopped pod={pod} />;
    case "terminated":
      return <Ended pod={pod} />;
    case "stopping":
      return (
        <Moving title="Stopping">
          {pod.reason ? `${pod.reason.message} ` : ""}Charging for running has ended. Its disk is
          kept.
        </Moving>
      );
    case "terminating":
      return (
        <Moving title={isCancelled(pod) ? "Cancelling the deploy" : "Ending"}>
          {pod.reason ? `${pod.reason.message} ` : ""}Charging has ended. Its machine and its disk
          are being returned.
        </Moving>
      );
    case "provisioning":
      return isResuming(pod) ? (
        <Moving title="Starting again">
          Charging begins when its machine answers. You do not need to activate it again.
        </Moving>
      ) : null;
    case "pending":
    case "running":
      return null;
  }
}
