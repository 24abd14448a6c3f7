import { expect, it } from "vitest";
import { firstSteps } from "./steps.ts";

const of = (change: Partial<Parameters<typeof firstSteps>[0]>) =>
  firstSteps({ live: false, keys: 0, drafts: 0, available: 0, ...change }).map((step) => [
    step.name,
    step.done,
  ]);

it("begins with a key in SANDBOX, where credit is there already", () => {
  expect(of({ available: 50 })).toEqual([
    ["key", false],
    ["choose", false],
    ["deploy", false],
  ]);
  expect(of({ keys: 1, drafts: 2 })).toEqual([
    ["key", true],
    ["choose", true],
    ["deploy", false],
  ]);
});

it("begins with money in LIVE", () => {
  expect(of({ live: true, keys: 1 })[0]).toEqual(["money", false]);
  expect(of({ live: true, available: 1 })[0]).toEqual(["money", true]);
});
