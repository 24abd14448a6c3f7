import { describe, expect, it } from "vitest";
import {
  countryOptions,
  familyOf,
  gpuOptions,
  memoryOptions,
  popular,
  regionOptions,
} from "./options.ts";

const gpu = (name: string, memory: number, lowest: number | null) => ({
  gpu: name,
  gpu_memory_gib: memory,
  offers: 1,
  offers_available: lowest === null ? 0 : 1,
  machines: 1,
  lowest_rate_usd_micros_per_hour: lowest,
});

describe("GPUs to choose from", () => {
  const options = gpuOptions([
    gpu("RTX 4070 Ti", 12, 100_000),
    gpu("RTX 4070", 12, null),
    gpu("H100", 80, 2_000_000),
    gpu("H100 SXM", 80, 1_500_000),
    gpu("H100 NVL", 94, 1_800_000),
    gpu("A100", 40, 900_000),
    gpu("A100", 80, 800_000),
  ]);

  it("are each named once, with how many are in stock in all sizes", () => {
    expect(options.map(({ value }) => value)).toEqual([
      "A100",
      "H100",
      "H100 NVL",
      "H100 SXM",
      "RTX 4070",
      "RTX 4070 Ti",
    ]);
    expect(options.find(({ value }) => value === "A100")).toEqual({
      value: "A100",
      label: "A100",
      note: "2",
    });
    expect(options.find(({ value }) => value === "RTX 4070")?.note).toBe("sold out");
  });

  it("have their family as one choice, as the API matches it", () => {
    expect(options.find(({ value }) => value === "H100")).toEqual({
      value: "H100",
      label: "Any H100",
      note: "3",
    });
    expect(
      gpuOptions([gpu("V100 SXM", 16, 1), gpu("V100 PCIe", 16, 1)]).map(({ label }) => label),
    ).toEqual(["Any V100", "V100 PCIe", "V100 SXM"]);
    expect(["H100 SXM", "RTX PRO 6000 Max-Q", "RTX 4070 Ti"].map(familyOf)).toEqual([
      "H100",
      "RTX PRO 6000",
      "RTX 4070 Ti",
    ]);
  });

  it("name those most come for, as far as they are there", () => {
    expect(popular(options).map(([gpu]) => gpu)).toEqual(["H100", "A100"]);
  });
});

it("memories go up to the largest there is", () => {
  expect(memoryOptions([16, 48])).toEqual([8, 16, 24, 40, 48]);
  expect(memoryOptions([]).at(-1)).toBe(288);
});

it("a region that the cloud does not state is said to be so", () => {
  expect(regionOptions([{ region: "unspecified", offers: 1310 }])).toEqual([
    { value: "unspecified", label: "Not stated by the cloud", note: "1,310" },
  ]);
});

it("countries are listed by name", () => {
  const counts = [
    { country: "US", offers: 2 },
    { country: "DE", offers: 1200 },
    { country: "ZZZ", offers: 1 },
  ];
  expect(countryOptions(counts).map(({ label, note }) => [label, note])).toEqual([
    ["Germany", "1,200"],
    ["United States", "2"],
    ["ZZZ", "1"],
  ]);
});
