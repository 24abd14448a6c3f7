import { expect, it } from "vitest";
import { at, samplePod } from "./sample.ts";
import { waitingOf } from "./waiting.tsx";

it("a pod stands in the way until it has run, been cancelled or failed", () => {
  const ready = samplePod({ id: "pod_2", state: "ready", quote_id: "quote_2" });
  const resuming = samplePod({ state: "provisioning", running_at: at(1) });
  const others = [resuming, samplePod({ state: "running", running_at: at(1) })];
  const over = [samplePod({ state: "terminating" }), samplePod({ state: "failed" })];
  expect(waitingOf([...others, ...over, ready])?.id).toBe("pod_2");
  expect(waitingOf([...others, ...over])).toBeUndefined();
  expect(waitingOf([samplePod({ state: "pending" })])).toBeDefined();
});

it("a pod does not stand in its own quote's way", () => {
  expect(waitingOf([samplePod({ state: "pending", quote_id: "q" })], "q")).toBeUndefined();
});
