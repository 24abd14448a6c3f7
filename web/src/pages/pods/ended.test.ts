import { expect, it } from "vitest";
import { at, samplePod } from "../../nouns/pod/sample.ts";
import { endedWord, sortPods } from "./ended.ts";

const pod = (id: string, state: "running" | "terminated" | "failed", secs: number) =>
  samplePod({ id, state, created_at: at(secs) });
const ids = (pods: { id: string }[]) => pods.map(({ id }) => id);

it("what has ended is apart, except for what ended while the page was open", () => {
  const [runs, old, now, failed] = [
    pod("runs", "running", 1),
    pod("old", "terminated", 2),
    pod("now", "terminated", 3),
    pod("failed", "failed", 4),
  ];
  const { active, ended } = sortPods([runs], [failed, now, old, runs], new Set(["now", "runs"]));
  expect(ids(active)).toEqual(["now", "runs"]);
  expect(ids(ended)).toEqual(["failed", "old"]);
});

it("a pod is shown once, however old the list of all pods is", () => {
  const { active, ended } = sortPods(
    [pod("a", "running", 1)],
    [pod("a", "terminated", 1)],
    new Set(["a"]),
  );
  expect(ids(active)).toEqual(["a"]);
  expect(ended).toEqual([]);
});

it("counts them only when it knows all", () => {
  expect([endedWord(1, false), endedWord(12, false), endedWord(25, true)]).toEqual([
    "1 ended pod",
    "12 ended pods",
    "ended pods",
  ]);
});
