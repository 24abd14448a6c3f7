// What needs attention: money that is about to run out, and pods waiting to be activated.

import { useQuery } from "@tanstack/react-query";
import { Mail, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import { localMailbox } from "../../lib/mailbox.ts";
import { clock, countdown, span, secsUntil } from "../../lib/time.ts";
import { buttonClass, ButtonLink, cx, useNow } from "../../ui/index.ts";
import { lasting } from "../../nouns/money/burn.ts";
import { isReplacing, type PodView } from "../../nouns/pod/life.ts";

/** So many pods that wait are shown each; of more than that, only how many there are. */
const SHOWN = 2;
/** Money for fewer hours than this is worth a warning. */
export const SHORT_HOURS = 0.5;

function Strip({
  icon,
  look,
  children,
  actions,
}: {
  icon: ReactNode;
  look: "warn" | "brand";
  children: ReactNode;
  actions: ReactNode;
}) {
  return (
    <li
      className={cx(
        "flex flex-wrap items-center gap-x-4 gap-y-2 rounded-card border px-4 py-3 md:px-5",
        look === "warn" ? "border-warn bg-warn-soft" : "border-brand bg-surface",
      )}
    >
      <div className="flex min-w-0 flex-1 basis-72 gap-3">
        <span
          aria-hidden
          className={cx("mt-0.5", look === "warn" ? "text-warn" : "text-brand-ink")}
        >
          {icon}
        </span>
        <p className="min-w-0">{children}</p>
      </div>
      <div className="flex flex-wrap gap-2">{actions}</div>
    </li>
  );
}

export function Warnings({ pods }: { pods: readonly PodView[] }) {
  const wallet = useQuery(queries.wallet()).data;
  const hours = wallet ? lasting(wallet, pods).hours : null;
  const ready = pods.filter((pod) => pod.state === "ready" && !isReplacing(pod));
  const short = hours !== null && hours < SHORT_HOURS;
  if (!short && ready.length === 0) return null;
  return (
    <ul aria-label="Needs your attention" className="mb-5 grid gap-3">
      {ready.slice(0, SHOWN).map((pod) => (
        <Waiting key={pod.id} pod={pod} />
      ))}
      {ready.length > SHOWN && <MoreWaiting count={ready.length - SHOWN} />}
      {short && (
        <Strip
          icon={<TriangleAlert size={18} />}
          look="warn"
          actions={
            <ButtonLink tone="primary" to="/billing">
              Top up
            </ButtonLink>
          }
        >
          <strong className="font-semibold">
            Your money lasts{" "}
            {hours * 3600 < 60 ? "less than a minute" : `about ${span(hours * 3600)}`}.
          </strong>{" "}
          When it runs out, we stop your pods, or end those whose cloud cannot keep them stopped.
        </Strip>
      )}
    </ul>
  );
}

const MoreWaiting = ({ count }: { count: number }) => (
  <Strip
    icon={<Mail size={18} />}
    look="brand"
    actions={<ButtonLink to="/pods">Open your pods</ButtonLink>}
  >
    <strong className="num font-semibold">
      {count === 1 ? "1 more pod is" : `${count} more pods are`} waiting for you to activate{" "}
      {count === 1 ? "it" : "them"}.
    </strong>
  </Strip>
);

function Waiting({ pod }: { pod: PodView }) {
  const now = useNow();
  const email = useQuery(queries.me()).data?.email;
  const mailbox = localMailbox(email);
  const left = pod.deadline_at ? secsUntil(pod.deadline_at, now) : null;
  return (
    <Strip
      icon={<Mail size={18} />}
      look="brand"
      actions={
        <>
          {mailbox && (
            <a href={mailbox} target="_blank" rel="noopener" className={buttonClass("primary")}>
              Open the local mailbox
            </a>
          )}
          <ButtonLink to="/pods/$podId" params={{ podId: pod.id }}>
            Open the pod
          </ButtonLink>
        </>
      }
    >
      <strong className="font-semibold break-words">
        {pod.name} is waiting for you to activate it.
      </strong>{" "}
      Open the link we emailed to {email ?? "you"}.{" "}
      {left !== null &&
        (left > 0 ? (
          <span className="num">
            {countdown(left)} left, until {clock(pod.deadline_at!)}.
          </span>
        ) : (
          "Its time is up, and its machine is being returned."
        ))}
    </Strip>
  );
}
