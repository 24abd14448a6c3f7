import { describe, expect, it } from "vitest";
import { secsUntil } from "../../lib/time.ts";
import type { PodView } from "../../nouns/pod/life.ts";
import { at, attempt, eventsOf, samplePod } from "../../nouns/pod/sample.ts";
import { deployOf, elapsedSecs, stepSecs } from "./steps.ts";

const WAY = [
  "pending",
  "provisioning",
  "attempt_started",
  "attempt_launched",
  "answered",
  "ready",
  "running",
];
const upTo = (kind: string) => eventsOf(...WAY.slice(0, WAY.indexOf(kind) + 1));
const states = (pod: Partial<PodView>, events: ReturnType<typeof eventsOf>) =>
  deployOf(samplePod(pod), events).steps.map((step) => step.state);

const launched = { attempts: [attempt(1, "launched")] };
const answered = { ...launched, ready_at: at(50) };

describe("deployOf", () => {
  it.each([
    [
      "accepted",
      { state: "pending" },
      upTo("pending"),
      1,
      ["now", "waiting", "waiting", "waiting", "waiting"],
    ],
    [
      "held",
      { state: "provisioning" },
      upTo("provisioning"),
      2,
      ["done", "now", "waiting", "waiting", "waiting"],
    ],
    [
      "asking a cloud",
      { state: "provisioning", attempts: [attempt(1, "launching")] },
      upTo("attempt_started"),
      2,
      ["done", "now", "waiting", "waiting", "waiting"],
    ],
    [
      "refused by one",
      { state: "provisioning", attempts: [attempt(1, "refused"), attempt(2, "launching")] },
      upTo("attempt_started"),
      2,
      ["done", "now", "waiting", "waiting", "waiting"],
    ],
    [
      "launched",
      { state: "provisioning", ...launched },
      upTo("attempt_launched"),
      3,
      ["done", "done", "now", "waiting", "waiting"],
    ],
    [
      "answered, mail not yet sent",
      { state: "provisioning", ...launched },
      upTo("answered"),
      4,
      ["done", "done", "done", "now", "waiting"],
    ],
    [
      "ready",
      { state: "ready", ...answered },
      upTo("ready"),
      4,
      ["done", "done", "done", "now", "waiting"],
    ],
    [
      "running",
      { state: "running", ...answered, running_at: at(60) },
      upTo("running"),
      5,
      ["done", "done", "done", "done", "done"],
    ],
    [
      "stopped later",
      { state: "stopped", ...answered, running_at: at(60) },
      upTo("running"),
      5,
      ["done", "done", "done", "done", "done"],
    ],
    [
      "starting again",
      { state: "provisioning", ...answered, running_at: at(60) },
      upTo("running"),
      5,
      ["done", "done", "done", "done", "done"],
    ],
    [
      "no money",
      { state: "failed" },
      eventsOf("pending", "failed"),
      1,
      ["failed", "waiting", "waiting", "waiting", "waiting"],
    ],
    [
      "sold out",
      { state: "failed", attempts: [attempt(1, "refused")] },
      eventsOf("pending", "provisioning", "attempt_started", "attempt_refused", "failed"),
      2,
      ["done", "failed", "waiting", "waiting", "waiting"],
    ],
    [
      "never answered",
      { state: "failed", attempts: [attempt(1, "ended")] },
      [...upTo("attempt_launched"), ...eventsOf("failed")],
      3,
      ["done", "done", "failed", "waiting", "waiting"],
    ],
    [
      "not activated in time",
      {
        state: "failed",
        reason: { code: "activation_expired", message: "Too late." },
        attempts: [attempt(1, "ended")],
        ready_at: at(50),
      },
      upTo("ready"),
      4,
      ["done", "done", "done", "expired", "waiting"],
    ],
    [
      "cancelled while ready",
      { state: "terminating", attempts: [attempt(1, "ended")], ready_at: at(50) },
      upTo("ready"),
      4,
      ["done", "done", "done", "cancelled", "waiting"],
    ],
    [
      "cancelled at once",
      { state: "terminated" },
      eventsOf("pending", "terminating", "terminated"),
      1,
      ["cancelled", "waiting", "waiting", "waiting", "waiting"],
    ],
  ] as const)("knows each step of a deploy that is %s", (_, pod, events, number, expected) => {
    expect(states(pod as Partial<PodView>, [...events])).toEqual(expected);
    expect(deployOf(samplePod(pod as Partial<PodView>), events).number).toBe(number);
  });

  it.each([
    ["pending", { state: "pending" }, 1],
    ["provisioning", { state: "provisioning" }, 2],
    ["provisioning with a machine", { state: "provisioning", ...launched }, 3],
    ["ready", { state: "ready" }, 4],
    ["running", { state: "running", running_at: at(60) }, 5],
  ] as const)("knows how far it is without events when %s", (_, pod, number) => {
    expect(deployOf(samplePod(pod as Partial<PodView>), []).number).toBe(number);
  });

  it("grows its progress with every step and fills it once it runs", () => {
    const all = WAY.map(
      (kind) =>
        deployOf(
          samplePod(
            kind === "running"
              ? { state: "running", running_at: at(60) }
              : { state: "provisioning" },
          ),
          upTo(kind),
        ).progress,
    );
    expect(all).toEqual([...all].sort((one, other) => one - other));
    expect(all.at(-1)).toBe(1);
  });

  it("says when each step began and ended", () => {
    const { steps, until } = deployOf(
      samplePod({ state: "running", ...answered, running_at: at(60) }),
      upTo("running"),
    );
    expect(steps.map((step) => [step.from, step.until])).toEqual([
      [at(0), at(10)],
      [at(10), at(30)],
      [at(30), at(40)],
      [at(40), at(60)],
      [at(60), at(60)],
    ]);
    expect(until).toBe(at(60));
  });

  it("ends the step that failed when the deploy failed", () => {
    const deploy = deployOf(
      samplePod({ state: "failed", ended_at: at(30) }),
      eventsOf("pending", "provisioning", "attempt_started", "failed"),
    );
    expect(deploy.steps[1]).toEqual({ name: "find", state: "failed", from: at(10), until: at(30) });
    expect(deploy.until).toBe(at(30));
  });
});

describe("the clocks", () => {
  const now = Date.parse(at(65));
  it("count the step that goes on, and stop with it", () => {
    expect(stepSecs({ name: "start", state: "now", from: at(60), until: null }, now)).toBe(5);
    expect(stepSecs({ name: "start", state: "done", from: at(30), until: at(40) }, now)).toBe(10);
    expect(stepSecs({ name: "start", state: "waiting", from: null, until: null }, now)).toBeNull();
    expect(stepSecs({ name: "start", state: "failed", from: at(30), until: null }, now)).toBeNull();
  });
  it("count a deploy until it ran", () => {
    expect(elapsedSecs({ created_at: at(0) }, { until: null }, now)).toBe(65);
    expect(elapsedSecs({ created_at: at(0) }, { until: at(47) }, now)).toBe(47);
    expect(elapsedSecs({ created_at: at(70) }, { until: null }, now)).toBe(0);
  });
  it("count down to a deadline, and no further", () => {
    expect(secsUntil(at(80), now)).toBe(15);
    expect(secsUntil(at(60), now)).toBe(0);
  });
});
