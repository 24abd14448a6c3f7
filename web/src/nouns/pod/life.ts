// What a pod's state means to its owner, and what can be done with it.

import type { Shape } from "../../api/client.ts";
import { cloudName, regionName } from "../../lib/names.ts";
import type { State } from "../../ui/basics.tsx";

export type PodView = Shape<"PodView">;
export type PodState = PodView["state"];
export type Act = "stop" | "start" | "end";

type Ran = Pick<PodView, "state" | "running_at">;
/** What tells one meaning of a state from another. */
export type Standing = Ran & Pick<PodView, "reason">;

const WORDS: Record<PodState, [string, State]> = {
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

const BEFORE_IT_RAN: readonly PodState[] = ["pending", "provisioning", "ready"];

/** On its way to its first run: nothing is charged. */
export const isDeploying = (pod: Ran): boolean =>
  BEFORE_IT_RAN.includes(pod.state) && !pod.running_at;
/** It ran before, and its machine is being started again. */
export const isResuming = (pod: Ran): boolean =>
  pod.state === "provisioning" && Boolean(pod.running_at);
/** Its owner cancelled it before it ran. */
export const isCancelled = (pod: Ran): boolean =>
  (pod.state === "terminating" || pod.state === "terminated") && !pod.running_at;
/** Its machine was ready, but it was not activated in time: nothing failed. */
export const isExpired = (pod: Pick<PodView, "state" | "reason">): boolean =>
  pod.state === "failed" && pod.reason?.code === "activation_expired";

const LOSSES: Record<string, string> = {
  preempted: "Taken back",
  machine_vanished: "Machine lost",
};

/** It ran until its cloud took its machine away: what is said of that; null otherwise. */
export const lossOf = ({ state, running_at, reason }: Standing): string | null =>
  running_at && (state === "terminating" || state === "terminated")
    ? (LOSSES[reason?.code ?? ""] ?? null)
    : null;
/** It takes a lost pod's place: it runs as soon as its machine answers. */
export const isReplacing = (pod: Ran & Pick<PodView, "relaunch_of">): boolean =>
  isDeploying(pod) && Boolean(pod.relaunch_of);

/** Its state in one word, more precise where one state has two meanings. */
export function podWord(pod: Standing): string {
  if (isResuming(pod)) return "Starting";
  if (isExpired(pod)) return "Expired";
  if (isCancelled(pod)) return pod.state === "terminated" ? "Cancelled" : "Cancelling";
  return (pod.state === "terminated" && lossOf(pod)) || WORDS[pod.state][0];
}

/** The colour of that word. */
export const podLook = (pod: Standing): State =>
  lossOf(pod) ? "warn" : isExpired(pod) ? "none" : WORDS[pod.state][1];

/** What its owner can do with it now. */
export function actsOf(pod: Ran & Pick<PodView, "stoppable">): Act[] {
  switch (pod.state) {
    case "running":
      return pod.stoppable ? ["stop", "end"] : ["end"];
    case "provisioning":
      return isResuming(pod) && pod.stoppable ? ["stop", "end"] : ["end"];
    case "stopped":
      return ["start", "end"];
    case "pending":
    case "ready":
    case "stopping":
      return ["end"];
    case "terminating":
    case "terminated":
    case "failed":
      return [];
  }
}

/** The pod as it will be once the server accepts the act: shown before it does. */
export function applied<Pod extends PodView>(pod: Pod, act: Act): Pod {
  const settled = { ...pod, connection: null, deadline_at: null, funded_until: null };
  if (act === "stop") return { ...settled, state: "stopping", wanted: "stopped" };
  if (act === "start")
    return { ...settled, state: "provisioning", wanted: "running", reason: null };
  return { ...settled, state: "terminating", wanted: "gone" };
}

/** The cloud and region of its machine, or of the latest attempt; null before the first attempt. */
export function placeOf(pod: Pick<PodView, "attempts">): { cloud: string; region: string } | null {
  const last = pod.attempts.at(-1);
  return last ? { cloud: cloudName(last.provider), region: regionName(last.region) } : null;
}
