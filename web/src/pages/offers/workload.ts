// What people come to do, in words, and the memory that a model needs for it.

import type { BITS, METHODS, OffersUrl, Workload } from "./search.ts";

export const WORKLOAD_NAMES: Record<Workload, string> = {
  run: "Run a model",
  fine_tune: "Fine-tune a model",
  large_memory: "At least so much memory",
  tflops_per_dollar: "Best TFLOPS per dollar",
  stays_up: "Cheapest that stays up",
};

export const WORKLOAD_NOTES: Record<Workload, string> = {
  run: "The cheapest machine that the model fits in, with a context of 8,192 tokens.",
  fine_tune: "A machine with memory for the weights, their gradients and the optimiser.",
  large_memory: "GPUs with 80 GiB or more each, unless you choose another size under VRAM.",
  tflops_per_dollar: "The most dense BF16 throughput for the money.",
  stays_up: "Never a spot machine, and rather a cloud where launches succeed.",
};

export const BITS_NAMES: Record<(typeof BITS)[number], string> = {
  "4": "4 bit",
  "8": "8 bit",
  "16": "16 bit",
};
export const METHOD_NAMES: Record<(typeof METHODS)[number], string> = {
  lora: "LoRA",
  qlora: "QLoRA",
  full: "all weights",
};

/** "Run 70B in 8 bit", "Fine-tune 13B with QLoRA". */
export function workloadInWords(url: OffersUrl): string | null {
  switch (url.workload) {
    case undefined:
      return null;
    case "run":
      return `Run ${url.billions}B in ${BITS_NAMES[url.bits ?? "16"]}`;
    case "fine_tune":
      return url.method === "full"
        ? `Fine-tune all weights of ${url.billions}B`
        : `Fine-tune ${url.billions}B with ${METHOD_NAMES[url.method ?? "lora"]}`;
    case "large_memory":
      return `At least ${url.memory ?? 80} GiB`;
    default:
      return WORKLOAD_NAMES[url.workload];
  }
}

/** What people come to do most, to begin with. */
export const PRESETS: readonly { needs: string; search: OffersUrl }[] = [
  { needs: "Chat and code assistants", search: { workload: "run", billions: 8 } },
  { needs: "Large open models", search: { workload: "run", billions: 70, bits: "8" } },
  {
    needs: "Your own data, one GPU",
    search: { workload: "fine_tune", billions: 13, method: "qlora" },
  },
  { needs: "Long contexts, large batches", search: { workload: "large_memory" } },
  { needs: "Training for the money", search: { workload: "tflops_per_dollar" } },
  { needs: "Services that must not go away", search: { workload: "stays_up" } },
];
