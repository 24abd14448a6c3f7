import { expect, it } from "vitest";
import { parseOfferSearch } from "./search.ts";
import { PRESETS, workloadInWords } from "./workload.ts";

it("a workload is said as people say it", () => {
  expect(workloadInWords({ workload: "run", billions: 70, bits: "8" })).toBe("Run 70B in 8 bit");
  expect(workloadInWords({ workload: "run", billions: 8 })).toBe("Run 8B in 16 bit");
  expect(workloadInWords({ workload: "fine_tune", billions: 13, method: "qlora" })).toBe(
    "Fine-tune 13B with QLoRA",
  );
  expect(workloadInWords({ workload: "fine_tune", billions: 7, method: "full" })).toBe(
    "Fine-tune all weights of 7B",
  );
  expect(workloadInWords({ workload: "large_memory", memory: 141 })).toBe("At least 141 GiB");
  expect(workloadInWords({ workload: "stays_up" })).toBe("Cheapest that stays up");
  expect(workloadInWords({})).toBeNull();
});

it("each choice to begin with is a link that says the same", () => {
  for (const { search } of PRESETS)
    expect(parseOfferSearch(search as Parameters<typeof parseOfferSearch>[0])).toEqual(search);
});
