// A deploy as five steps, derived from the pod and its events. The pod alone says how far it is;
// the events, which may not have loaded yet, only say when.

import type { Shape } from "../../api/client.ts";
import { isCancelled, isExpired, type PodView } from "../../nouns/pod/life.ts";

export const STEPS = ["hold", "find", "start", "activate", "run"] as const;
export type StepName = (typeof STEPS)[number];
export type StepState = "done" | "now" | "waiting" | "failed" | "expired" | "cancelled";

export interface Step {
  name: StepName;
  state: StepState;
  from: string | null;
  until: string | null;
}
export interface Deploy {
  steps: Step[];
  /** The current step, from 1; the last one once it runs. */
  number: number;
  /** From 0 to 1. */
  progress: number;
  /** When the pod started to run or the deploy was over; null while it goes on. */
  until: string | null;
}

type Deployed = Pick<
  PodView,
  "state" | "reason" | "attempts" | "created_at" | "ready_at" | "running_at" | "ended_at"
>;
type Event = Pick<Shape<"PodEvent">, "at" | "kind">;

export function deployOf(pod: Deployed, events: readonly Event[]): Deploy {
  const first = (kind: string) => events.find((event) => event.kind === kind)?.at ?? null;
  const held = first("pod.provisioning") ?? pod.attempts[0]?.started_at ?? null;
  const found = first("pod.attempt_launched");
  const answered = first("pod.answered") ?? pod.ready_at ?? null;
  const ran = pod.running_at ?? null;
  const instants = [pod.created_at, held, found, answered, ran];

  const launched = found !== null || pod.attempts.some((attempt) => attempt.outcome === "launched");
  const done = ran
    ? 5
    : answered || pod.state === "ready"
      ? 3
      : launched
        ? 2
        : held || pod.state === "provisioning"
          ? 1
          : 0;
  const stopped: StepState | null =
    pod.state === "failed"
      ? isExpired(pod)
        ? "expired"
        : "failed"
      : isCancelled(pod)
        ? "cancelled"
        : null;
  const over = stopped
    ? (first("pod.failed") ?? first("pod.terminating") ?? pod.ended_at ?? null)
    : null;

  const steps = STEPS.map((name, index): Step => {
    const from = index <= done ? (instants[index] ?? null) : null;
    if (index < done) return { name, state: "done", from, until: instants[index + 1] ?? from };
    if (index > done) return { name, state: "waiting", from: null, until: null };
    return { name, state: stopped ?? "now", from, until: over };
  });
  return {
    steps,
    number: Math.min(done + 1, STEPS.length),
    progress: done === STEPS.length ? 1 : (done + (stopped ? 0 : 0.5)) / STEPS.length,
    until: ran ?? over,
  };
}

/**
 * How long a step took or has taken so far, seconds; null before it begins or when its times are
 * unknown.
 */
export function stepSecs(step: Step, now: number): number | null {
  if (step.state === "waiting" || step.from === null || step.name === "run") return null;
  const until = step.until !== null ? Date.parse(step.until) : step.state === "now" ? now : null;
  return until === null ? null : Math.max(0, (until - Date.parse(step.from)) / 1000);
}

/** Seconds from the request to deploy until the pod ran, the deploy was over, or now. */
export const elapsedSecs = (
  pod: Pick<PodView, "created_at">,
  deploy: Pick<Deploy, "until">,
  now: number,
): number =>
  Math.max(
    0,
    ((deploy.until ? Date.parse(deploy.until) : now) - Date.parse(pod.created_at)) / 1000,
  );
