// What became of pods, without the steps in between: those are in each pod's own log.

import type { Shape } from "../../api/client.ts";
import type { State } from "../../ui/basics.tsx";

type Activity = Shape<"ActivityView">;

const WORDS: Record<string, [string, State]> = {
  "pod.ready": ["Ready to activate", "brand"],
  "pod.running": ["Started running", "ok"],
  "pod.stopped": ["Stopped", "none"],
  "pod.relaunched": ["Taken away, and deployed again", "warn"],
  "pod.relaunch_refused": ["Taken away, and not deployed again", "bad"],
  "pod.terminated": ["Ended", "none"],
  "pod.failed": ["Failed", "bad"],
};

export interface Milestone extends Activity {
  words: string;
  state: State;
}

/** The milestones among some events, in their order. */
export const milestonesOf = (events: readonly Activity[]): Milestone[] =>
  events.flatMap((event) => {
    const known = WORDS[event.kind];
    return known ? [{ ...event, words: known[0], state: known[1] }] : [];
  });
