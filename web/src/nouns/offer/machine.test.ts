import { describe, expect, it } from "vitest";
import { machineName, memoryOf } from "./machine.ts";

describe("an offer's name", () => {
  it("counts GPUs and shares of one", () => {
    expect(machineName({ gpu: "H100", gpu_count: 1 })).toBe("H100");
    expect(machineName({ gpu: "H100", gpu_count: 8 })).toBe("8 × H100");
    expect(machineName({ gpu: "A10", gpu_count: 0.167 })).toBe("1/6 of A10");
    expect(machineName({ gpu: "H100" })).toBe("H100");
    expect(memoryOf({ gpu_memory_gib: 24, gpu_count: 0.167 })).toBe("4 GiB");
    expect(memoryOf({ gpu_memory_gib: 80, gpu_count: 8 })).toBe("8 × 80 GiB");
  });
});
