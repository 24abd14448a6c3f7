import { describe, expect, it } from "vitest";
import { firstName, nameProblem } from "./name.ts";

describe("the name", () => {
  it("has 1 to 63 characters, however many bytes each has", () => {
    expect(nameProblem("a")).toBeNull();
    expect(nameProblem("🦊".repeat(63))).toBeNull();
    expect(nameProblem("   ")).toBe("Give the pod a name.");
    expect(nameProblem("x".repeat(64))).toMatch(/at most 63 characters; this one has 64/);
  });

  it("begins as the GPU's", () => {
    expect(firstName("RTX 4070 Ti Super")).toBe("my-rtx-4070-ti-super");
    expect(firstName("A100 (SXM)")).toBe("my-a100-sxm");
  });
});
