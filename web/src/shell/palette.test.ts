import { expect, it } from "vitest";
import { matches } from "./palette.tsx";

it("a pod is found by its name and its GPU, and never by its identifier", () => {
  const found = (typed: string) =>
    matches("pod_01m7zne9r90000000000000000", typed, ["llama-finetune H100 SXM"]) > 0;
  expect(["llama", "finetune", "h100", "SXM"].map(found)).toEqual([true, true, true, true]);
  expect(["pod_01", "m7zne9", "r9000"].map(found)).toEqual([false, false, false]);
});
