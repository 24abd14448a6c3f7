// The pod is ready: the button that activates it, and the one that sends its link again.

import { useQuery } from "@tanstack/react-query";
import { Power } from "lucide-react";
import { queries } from "../../api/queries.ts";
import { localMailbox } from "../../lib/mailbox.ts";
import { rate } from "../../lib/money.ts";
import { clock, countdown, secsUntil } from "../../lib/time.ts";
import { Button, buttonClass, cx, ErrorNote, useNow } from "../../ui/index.ts";
import type { PodView } from "../../nouns/pod/life.ts";
import { LeadCard } from "./lead-card.tsx";
import { type Link, useActivation, useMailAgain } from "./use-activation.ts";

export const ToActivate = ({ pod, link }: { pod: PodView; link: Link }) => (
  <Ready key={link.token} pod={pod} link={link} />
);

/** With the token of the link that led here, or without one for the owner on the pod's page. */
function Ready({ pod, link: { token, forget } }: { pod: PodView; link: Link }) {
  const { activate, busy, error, useless } = useActivation(pod, token, forget);
  const left = useLeft(pod);
  const email = useQuery(queries.me()).data?.email;
  const mailbox = localMailbox(email);
  const mail = useMailAgain(pod);
  return (
    <LeadCard
      icon={<Power size={20} />}
      look="brand"
      title="Your pod is ready. Activate it"
      actions={
        <>
          <Button
            tone="primary"
            size="large"
            busy={busy}
            disabled={useless || left === 0}
            onClick={activate}
          >
            Activate
          </Button>
          <Button size="large" busy={mail.busy} disabled={left === 0} onClick={mail.send}>
            Send the email again
          </Button>
          {mailbox && (
            <a href={mailbox} target="_blank" rel="noopener" className={buttonClass("plain")}>
              Open the local mailbox
            </a>
          )}
        </>
      }
    >
      <p>
        Charging begins when you activate it:{" "}
        <strong className="num font-semibold">
          {rate(pod.price.rate_usd_micros_per_hour)} per hour
        </strong>
        , by the second, until you {pod.stoppable ? "stop or end" : "end"} the pod. You pay nothing
        until then.
      </p>
      <TimeLeft pod={pod} left={left} />
      <p className="text-mute" role="status">
        {mail.sent ? "The link is on its way again, to " : "We also emailed a link to "}
        <span className="break-words">{email ?? "you"}</span>.
      </p>
      {error && <ErrorNote>{error}</ErrorNote>}
      {mail.error && <ErrorNote>{mail.error}</ErrorNote>}
    </LeadCard>
  );
}

/** Seconds left to activate it; null without a deadline. */
function useLeft({ deadline_at: until }: PodView): number | null {
  const now = useNow();
  return until ? secsUntil(until, now) : null;
}

function TimeLeft({ pod, left }: { pod: PodView; left: number | null }) {
  if (left === null) return null;
  if (left === 0)
    return (
      <p className="text-mute">
        The time is up. The machine is being returned, and nothing is charged.
      </p>
    );
  return (
    <p>
      <span className={cx("num text-h2 font-semibold", left < 120 && "text-warn")}>
        {countdown(left)}
      </span>{" "}
      <span className="text-mute">
        left, until {clock(pod.deadline_at!)}. After that the machine is returned, and nothing is
        charged.
      </span>
    </p>
  );
}
