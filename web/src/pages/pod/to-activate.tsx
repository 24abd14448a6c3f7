// The pod is ready: the button that activates it, or where its link was sent.

import { useQuery } from "@tanstack/react-query";
import { Mail, Power } from "lucide-react";
import { queries } from "../../api/queries.ts";
import { localMailbox } from "../../lib/mailbox.ts";
import { rate } from "../../lib/money.ts";
import { clock, countdown, secsUntil } from "../../lib/time.ts";
import { Button, buttonClass, cx, ErrorNote, useNow } from "../../ui/index.ts";
import type { PodView } from "../../nouns/pod/life.ts";
import { LeadCard } from "./lead-card.tsx";
import { type Link, useActivation } from "./use-activation.ts";

export const ToActivate = ({ pod, link: { token, forget } }: { pod: PodView; link: Link }) =>
  token ? <ByToken key={token} pod={pod} token={token} forget={forget} /> : <ByMail pod={pod} />;

function ByToken({ pod, token, forget }: { pod: PodView; token: string; forget: () => void }) {
  const { activate, busy, error, useless } = useActivation(pod, token, forget);
  const left = useLeft(pod);
  return (
    <LeadCard
      icon={<Power size={20} />}
      look="brand"
      title="Your pod is ready"
      actions={
        <Button
          tone="primary"
          size="large"
          busy={busy}
          disabled={useless || left === 0}
          onClick={activate}
        >
          Activate
        </Button>
      }
    >
      <p>
        Charging begins when you activate it:{" "}
        <strong className="num font-semibold">
          {rate(pod.price.rate_usd_micros_per_hour)} per hour
        </strong>
        , by the second, until you {pod.stoppable ? "stop or end" : "end"} the pod.
      </p>
      <TimeLeft pod={pod} left={left} />
      {error && <ErrorNote>{error}</ErrorNote>}
    </LeadCard>
  );
}

function ByMail({ pod }: { pod: PodView }) {
  const email = useQuery(queries.me()).data?.email;
  const mailbox = localMailbox(email);
  const left = useLeft(pod);
  return (
    <LeadCard
      icon={<Mail size={20} />}
      look="brand"
      title="Your pod is ready. Activate it"
      actions={
        mailbox && (
          <a href={mailbox} target="_blank" rel="noopener" className={buttonClass("primary")}>
            Open the local mailbox
          </a>
        )
      }
    >
      <p>
        We emailed a link to <strong className="font-semibold break-words">{email ?? "you"}</strong>
        . Open it and press Activate. You pay nothing until then, and by the second from then on.
      </p>
      <TimeLeft pod={pod} left={left} />
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
