// What a pod's state means to its owner, and what can be done with it.

import type { Shape } from "../../api/client.ts";
import { cloudName, regionName } from "../../lib/names.ts";
import { stateWord } from "./badge.tsx";

export type PodView = Shape<"PodView">;
export type Act = "stop" | "start" | "end";

type Standing = Pick<PodView, "state" | "running_at">;

const BEFORE_IT_RAN: readonly PodView["state"][] = ["pending", "provisioning", "ready"];

/** On its way to its first run: nothing is charged. */
export const isDeploying = (pod: Standing): boolean =>
  BEFORE_IT_RAN.includes(pod.state) && !pod.running_at;
/** It ran before, and its machine is being started again. */
export const isResuming = (pod: Standing): boolean =>
  pod.state === "provisioning" && Boolean(pod.running_at);
/** Its owner cancelled it before it ran. */
export const isCancelled = (pod: Standing): boolean =>
  (pod.state === "terminating" || pod.state === "terminated") && !pod.running_at;

/** Its state in one word, more precise where one state has two meanings. */
export function podWord(pod: Standing): string {
  if (isResuming(pod)) return "Starting";
  if (isCancelled(pod)) return pod.state === "terminated" ? "Cancelled" : "Cancelling";
  return stateWord(pod.state);
}

/** What its owner can do with it now. */
export function actsOf(pod: Standing & Pick<PodView, "stoppable">): Act[] {
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
