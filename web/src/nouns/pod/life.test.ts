import { describe, expect, it } from "vitest";
import { actsOf, applied, isDeploying, placeOf, podLook, podWord, type PodView } from "./life.ts";
import { at, attempt, samplePod } from "./sample.ts";
import { hostAlias, sshConfig } from "./ssh.ts";

const ran = at(60);

describe("actsOf", () => {
  it.each([
    ["pending", null, true, ["end"]],
    ["provisioning", null, true, ["end"]],
    ["ready", null, true, ["end"]],
    ["running", ran, true, ["stop", "end"]],
    ["running", ran, false, ["end"]],
    ["provisioning", ran, true, ["stop", "end"]],
    ["provisioning", ran, false, ["end"]],
    ["stopping", ran, true, ["end"]],
    ["stopped", ran, true, ["start", "end"]],
    ["terminating", ran, true, []],
    ["terminated", ran, true, []],
    ["failed", null, true, []],
  ] as const)("of a pod that is %s, ran %s, stoppable %s", (state, running_at, stoppable, acts) => {
    expect(actsOf({ state, running_at, stoppable })).toEqual(acts);
  });

  it("allows nothing that the act itself has just begun", () => {
    const running = samplePod({ state: "running", running_at: ran });
    expect(actsOf(applied(running, "stop"))).not.toContain("stop");
    expect(actsOf(applied(running, "end"))).toEqual([]);
    expect(
      actsOf(applied(samplePod({ state: "stopped", running_at: ran }), "start")),
    ).not.toContain("start");
  });
});

const word = (state: PodView["state"], running_at?: string) => podWord({ state, running_at });

describe("what a state means", () => {
  it("tells a first start from a later one, and a cancelled deploy from an end", () => {
    expect([word("provisioning"), word("provisioning", ran)]).toEqual(["Deploying", "Starting"]);
    expect([word("terminated"), word("terminated", ran)]).toEqual(["Cancelled", "Ended"]);
    expect([
      isDeploying({ state: "ready" }),
      isDeploying({ state: "provisioning", running_at: ran }),
    ]).toEqual([true, false]);
  });
  it("tells a pod that was not activated in time from one that failed", () => {
    const failed = (code: string) =>
      samplePod({ state: "failed", reason: { code, message: "Too late." } });
    expect([failed("activation_expired"), failed("no_capacity")].map(podWord)).toEqual([
      "Expired",
      "Failed",
    ]);
    expect([failed("activation_expired"), failed("no_capacity")].map(podLook)).toEqual([
      "none",
      "bad",
    ]);
  });
  it("tells a pod whose machine was taken away from one that its owner ended", () => {
    const lost = (state: PodView["state"], code: string, running_at?: string) =>
      samplePod({ state, running_at, reason: { code, message: "Gone." } });
    const words = (code: string) => podWord(lost("terminated", code, ran));
    expect(["preempted", "machine_vanished", "funds_exhausted"].map(words)).toEqual([
      "Taken back",
      "Machine lost",
      "Ended",
    ]);
    expect(podLook(lost("terminated", "preempted", ran))).toBe("warn");
    expect(podWord(lost("terminating", "preempted", ran))).toBe("Ending");
    expect(podWord(lost("failed", "preempted")), "it never ran").toBe("Failed");
  });
  it("hides how to reach a pod from the moment it is not to run", () => {
    const connection = {
      ssh_command: "ssh",
      address: { host: "h", ssh_port: 1, ssh_user: "root", simulated: true },
    };
    expect(applied(samplePod({ state: "running", connection }), "stop")).toMatchObject({
      connection: null,
      wanted: "stopped",
    });
  });
  it("names the cloud that was asked last", () => {
    expect(
      placeOf({
        attempts: [
          attempt(1, "refused"),
          { ...attempt(2, "launched"), provider: "vast-ai", region: "unspecified" },
        ],
      }),
    ).toEqual({ cloud: "Vast.ai", region: "any region" });
    expect(placeOf({ attempts: [] })).toBeNull();
  });
});

describe("the SSH configuration", () => {
  it("has the pod's name as its host", () => {
    expect(
      sshConfig("My llama #2", {
        host: "10.0.0.1",
        ssh_port: 41822,
        ssh_user: "root",
        simulated: false,
      }),
    ).toBe("Host My-llama-2\n  HostName 10.0.0.1\n  Port 41822\n  User root");
  });
  it("always has a host", () => {
    expect([hostAlias("…"), hostAlias("-x-"), hostAlias("a*b?")]).toEqual(["pod", "x", "a-b"]);
  });
});
