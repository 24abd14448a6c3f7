import { describe, expect, it } from "vitest";
import { kindName, machineName, memoryOf } from "./machine.ts";

describe("an offer's name", () => {
  it("counts GPUs and shares of one", () => {
    expect(machineName({ gpu: "H100", gpu_count: 1 })).toBe("H100");
    expect(machineName({ gpu: "H100", gpu_count: 8 })).toBe("8 × H100");
    expect(machineName({ gpu: "A10", gpu_count: 0.167 })).toBe("1/6 of A10");
    expect(machineName({ gpu: "H100" })).toBe("H100");
    expect(memoryOf({ gpu_memory_gib: 24, gpu_count: 0.167 })).toBe("4 GiB");
    expect(memoryOf({ gpu_memory_gib: 80, gpu_count: 8 })).toBe("8 × 80 GiB");
  });

  it("says what kind of machine it is", () => {
    const kind = (gpu_count: number, spot = false) =>
      kindName({ gpu: "A10", gpu_count, gpu_memory_gib: 24, spot });
    expect(kind(1)).toBe("A10, 24 GiB");
    expect(kind(8, true)).toBe("8 × A10, 24 GiB each, spot");
    expect(kind(0.167)).toBe("1/6 of A10, 4 GiB");
  });
});
