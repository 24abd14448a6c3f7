// The page's head: how many offers there are, and how old their prices are.

import type { ReactNode } from "react";
import { ago, clock } from "../../lib/time.ts";
import { Dot, PageHead, Updating, useNow } from "../../ui/index.ts";
import { LiveMark, useLive } from "../../ui/live.tsx";
import { DraftsMenu } from "../../nouns/draft/drafts.tsx";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import { freshness } from "./market.ts";

/** An answer about the market, as far as its age goes. */
export interface Answered {
  /** When the market was read. */
  takenAt: string | null;
  /** When this page asked for it, milliseconds since 1970. */
  loadedAt: number;
  failed: boolean;
  /** Another answer is on its way. */
  replacing?: boolean;
}

interface HeadProps {
  /** How many there are, once it is known. */
  count: number | undefined;
  /** Of what: machines, or offers of one machine each. */
  of: "machine" | "offer";
  answered: Answered;
  children?: ReactNode;
}

export function Head({ count, of, answered, children }: HeadProps) {
  const { signedIn } = usePlan();
  return (
    <PageHead
      title="Browse GPUs"
      aside={
        <>
          <span role="status" className="num text-mute">
            {count !== undefined &&
              `${count.toLocaleString("en-US")} ${count === 1 ? of : `${of}s`}`}
          </span>
          {answered.replacing ? <Updating /> : <Freshness {...answered} />}
        </>
      }
      actions={
        <>
          {children}
          {signedIn && <DraftsMenu />}
        </>
      }
    />
  );
}

/** When the market was read; "live" only while newer prices would be pushed. */
function Freshness({ takenAt, loadedAt, failed }: Answered) {
  const now = useNow(1_000);
  const { status } = useLive();
  if (!takenAt) return null;
  const fresh = freshness({ status, takenAt: Date.parse(takenAt), loadedAt, failed, now });
  const age = (
    <time dateTime={takenAt} title={`Prices read at ${clock(takenAt)}`} className="num">
      {ago(takenAt, now)}
    </time>
  );
  if (fresh === "stale")
    return (
      <span role="status" className="inline-flex items-center gap-1.5 text-label text-warn">
        <Dot state="warn" />
        <span>stale, prices updated at {clock(takenAt)}</span>
      </span>
    );
  return (
    <>
      {fresh === "live" && <LiveMark />}
      <span className="text-label text-mute">prices updated {age}</span>
    </>
  );
}
