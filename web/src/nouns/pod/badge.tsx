// A pod's state in one word, and which states are which.

import type { Shape } from "../../api/client.ts";
import { Badge, Dot, type State } from "../../ui/basics.tsx";

export type PodState = Shape<"PodState">;

const LOOK: Record<PodState, [string, State]> = {
  pending: ["Waiting", "warn"],
  provisioning: ["Deploying", "warn"],
  ready: ["Ready to activate", "brand"],
  running: ["Running", "ok"],
  stopping: ["Stopping", "warn"],
  stopped: ["Stopped", "none"],
  terminating: ["Ending", "warn"],
  terminated: ["Ended", "none"],
  failed: ["Failed", "bad"],
};

/** States a pod leaves by itself. */
export const MOVING: readonly PodState[] = ["pending", "provisioning", "stopping", "terminating"];
/** States a pod never leaves. */
export const OVER: readonly PodState[] = ["terminated", "failed"];

export const stateWord = (state: PodState): string => LOOK[state][0];

/** `word` is more precise where one state has two meanings. */
export function PodBadge({ state, word = stateWord(state) }: { state: PodState; word?: string }) {
  const look = LOOK[state][1];
  return (
    <Badge state={look}>
      <Dot state={look} live={MOVING.includes(state)} />
      {word}
    </Badge>
  );
}
