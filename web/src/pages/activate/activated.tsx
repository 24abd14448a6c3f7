// The pod is running: how to reach it.

import { useEffect } from "react";
import { rate } from "../../lib/money.ts";
import { clock, moment } from "../../lib/time.ts";
import { ButtonLink, PageHead } from "../../ui/index.ts";
import { PodBadge } from "../../nouns/pod/badge.tsx";
import { Connect } from "../../nouns/pod/connect.tsx";
import type { PodView } from "../../nouns/pod/life.ts";

export function Activated({ pod }: { pod: PodView }) {
  // The button that was pressed is gone, and the focus with it.
  useEffect(() => {
    if (document.activeElement === document.body)
      document.getElementById("main")?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <PageHead
        title={`${pod.name} is running`}
        aside={<PodBadge state={pod.state} />}
        actions={
          <ButtonLink tone="primary" to="/pods/$podId" params={{ podId: pod.id }}>
            Open the pod
          </ButtonLink>
        }
      />
      <div className="grid max-w-2xl grid-cols-1 gap-5">
        <output className="num text-mute">
          {pod.running_at && (
            <>
              Charged by the second since {clock(pod.running_at)},{" "}
              {rate(pod.price.rate_usd_micros_per_hour)} per hour.{" "}
            </>
          )}
          {pod.funded_until && (
            <>
              Money is held until {moment(pod.funded_until)}, and more by itself while you have
              credit.
            </>
          )}
        </output>
        {pod.connection && <Connect name={pod.name} connection={pod.connection} />}
      </div>
    </>
  );
}
