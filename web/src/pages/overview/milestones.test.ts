import { expect, it } from "vitest";
import { milestonesOf } from "./milestones.ts";

const event = (kind: string) => ({
  at: "2026-11-21T10:00:00Z",
  kind,
  message: "A sentence of the log.",
  pod_id: "pod_1",
  pod_name: "training",
  gpu: "A10",
});

it("tells that a machine was taken away, and what became of deploying its pod again", () => {
  const events = ["pod.relaunch_refused", "pod.relaunched"].map(event);
  expect(milestonesOf(events).map(({ words, state }) => [words, state])).toEqual([
    ["Taken away, and not deployed again", "bad"],
    ["Taken away, and deployed again", "warn"],
  ]);
});

it("tells what became of a pod, and leaves the steps to its log", () => {
  const events = ["pod.stopped", "pod.stopping", "pod.running", "pod.funded", "pod.ready"];
  expect(milestonesOf(events.map(event)).map(({ words }) => words)).toEqual([
    "Stopped",
    "Started running",
    "Ready to activate",
  ]);
});
