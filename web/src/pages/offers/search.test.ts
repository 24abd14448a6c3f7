import { describe, expect, it } from "vitest";
import {
  BITS,
  hasFilters,
  isJudged,
  isUnchosen,
  METHODS,
  type OffersUrl,
  parseOfferSearch,
  SORTS,
  toQuery,
  USUAL_WEIGHTS,
  WORKLOADS,
} from "./search.ts";

const link = (raw: Record<string, unknown>) =>
  parseOfferSearch(raw as Parameters<typeof parseOfferSearch>[0]);

/** As the router writes and reads it. */
const throughUrl = (url: OffersUrl) =>
  link(
    Object.fromEntries(
      new URLSearchParams(Object.entries(url).map(([key, value]) => [key, String(value)])),
    ),
  );

/** Numbers from 0 to 1, the same in every run. */
function dice(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function anyUrl(roll: () => number): OffersUrl {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(roll() * of.length)] as T;
  const maybe = <T>(make: () => T) => (roll() < 0.5 ? make() : undefined);
  const some = (of: readonly string[]) => of.filter(() => roll() < 0.5);
  return link({
    workload: maybe(() => pick(WORKLOADS)),
    billions: maybe(() => pick([1, 70, 2000])),
    bits: maybe(() => pick(BITS)),
    method: maybe(() => pick(METHODS)),
    gpu: maybe(() => some(["H100 SXM", "RTX 4090", "A100", "Ünïcode & more=1", "50%"])),
    machine: maybe(() => pick(["h100-sxm-80gib-x8", "a10-24gib-x0.167-spot"])),
    memory: maybe(() => pick([1, 24, 80, 141])),
    gpu_count: maybe(() => pick([1, 8, 16])),
    vcpus: maybe(() => pick([1, 64])),
    ram: maybe(() => pick([16, 2048])),
    disk: maybe(() => pick([100, 5000])),
    provider: maybe(() => some(["vast-ai", "aws"])),
    provider_not: maybe(() => some(["azure", "gcp"])),
    country: maybe(() => some(["US", "de"])),
    region: maybe(() => some(["us-east-1", "unspecified", "eu west+1"])),
    price: maybe(() => roll() * 100 + 0.01),
    spot: maybe(() => pick(["true", "any", "false"])),
    sold_out: maybe(() => roll() < 0.5),
    sort: maybe(() => pick(SORTS)),
    unit: maybe(() => pick(["hour", "day", "month"])),
    weights: maybe(() => Array.from({ length: 9 }, () => Math.floor(roll() * 101))),
    offer: maybe(() => "off_4976bb13941dc4b6025f"),
    compare: maybe(() => some(["off_4976bb13941dc4b6025f", "off_00000000000000000000"])),
  });
}

describe("parseOfferSearch", () => {
  it("gives back what was written into the URL, whatever it was", () => {
    const roll = dice(7);
    for (let round = 0; round < 500; round++) {
      const url = anyUrl(roll);
      expect(throughUrl(url)).toEqual(url);
    }
  });

  it("leaves out what is as usual", () => {
    expect(
      link({
        sort: "rank",
        unit: "hour",
        weights: [...USUAL_WEIGHTS],
        sold_out: "false",
        spot: "false",
        billions: 70,
        bits: "8",
        gpu: "",
        region: [],
      }),
    ).toEqual({});
  });

  it("drops what makes no sense and keeps the rest", () => {
    expect(
      link({
        gpu: " H100 , h100,A100",
        memory: "-3",
        gpu_count: "1.5",
        price: "free",
        spot: "maybe",
        sort: "luck",
        unit: "year",
        weights: "1,2,3",
        offer: "../x",
        other: "1",
      }),
    ).toEqual({ gpu: ["H100", "A100"] });
    expect(link({ memory: "", price: "0", gpu: "x".repeat(65) })).toEqual({});
    expect(link({ weights: "0,0,0,0,0,0,0,0,0" })).toEqual({});
    expect(link({ weights: "0,0,101,0,0,0,0,0,0" })).toEqual({});
    expect(link({ weights: "0,,1,0,0,0,0,0,0" })).toEqual({});
    expect(link({ compare: "off_x,../y" })).toEqual({});
    expect(link({ machine: "H100 SXM" })).toEqual({});
    expect(link({ machine: "x".repeat(65) })).toEqual({});
  });

  it("gives a model the usual size where none is said, and a workload only what belongs to it", () => {
    expect(link({ workload: "run", method: "full", bits: 8 })).toEqual({
      workload: "run",
      billions: 8,
      bits: "8",
    });
    expect(link({ workload: "fine_tune", billions: "13", bits: "4", method: "qlora" })).toEqual({
      workload: "fine_tune",
      billions: 13,
      method: "qlora",
    });
    expect(link({ workload: "stays_up", billions: 70 })).toEqual({ workload: "stays_up" });
    // A workload has weights of its own, so the usual ones are a choice beside it.
    const weights = [...USUAL_WEIGHTS];
    expect(link({ workload: "stays_up", weights })).toEqual({ workload: "stays_up", weights });
  });

  it("takes at most as many values of a list as the API does", () => {
    expect(link({ gpu: Array.from({ length: 30 }, (_, index) => `G${index}`) }).gpu).toHaveLength(
      20,
    );
  });
});

describe("toQuery", () => {
  it("asks the API in its own words", () => {
    expect(
      toQuery(
        {
          gpu: ["H100", "A100 SXM"],
          memory: 80,
          price: 2.29,
          sold_out: true,
          spot: "any",
          vcpus: 16,
          country: ["US", "CA"],
          provider_not: ["azure"],
          weights: [100, 0, 0, 0, 0, 0, 0, 0, 1],
          unit: "day",
          offer: "off_x",
        },
        "pro",
      ),
    ).toEqual({
      group: "machine",
      gpu: "H100,A100 SXM",
      gpu_memory_gib_min: 80,
      price_max_usd_micros_per_hour: 2_290_000,
      available: false,
      spot: "any",
      vcpus_min: 16,
      country: "US,CA",
      provider_not: "azure",
      plan: "pro",
      limit: 50,
      weight_price: 100,
      weight_memory: 0,
      weight_performance: 0,
      weight_tflops_per_dollar: 0,
      weight_vcpus: 0,
      weight_ram: 0,
      weight_reliability: 0,
      weight_start_up: 0,
      weight_availability: 1,
    });
    expect(toQuery({}, undefined)).toEqual({ group: "machine", limit: 50 });
    // Whether it is spot is said by the machine, unless the address says it too.
    const machine = "l4-24gib-x1-spot";
    const named = { group: "machine", machine, limit: 50 };
    expect(toQuery({ machine }, undefined)).toEqual({ ...named, spot: "any" });
    expect(toQuery({ machine, spot: "true" }, undefined)).toEqual({ ...named, spot: "true" });
    expect(toQuery({ workload: "run", billions: 70, bits: "8" }, undefined)).toEqual({
      group: "machine",
      workload: "run",
      model_billions: 70,
      bits: "8",
      limit: 50,
    });
  });
});

describe("filters", () => {
  it("are told from order, unit, weights and the chosen offer", () => {
    expect(
      hasFilters({
        sort: "price_asc",
        unit: "day",
        weights: [1, 0, 0, 0, 0, 0, 0, 0, 0],
        offer: "off_4976bb13941dc4b6025f",
      }),
    ).toBe(false);
    expect(
      [{ gpu: ["H100"] }, { machine: "x" }, { spot: "any" }, { sold_out: true }, { disk: 1 }].every(
        (url) => hasFilters(url as OffersUrl),
      ),
    ).toBe(true);
  });

  it("leave a page without a choice to begin with one", () => {
    expect([{}, { unit: "day" }].map((url) => isUnchosen(url as OffersUrl))).toEqual([true, true]);
    expect(
      [
        { gpu: ["H100"] },
        { sort: "price_asc" },
        { spot: "true" },
        { offer: "off_x" },
        { workload: "stays_up" },
      ].some((url) => isUnchosen(url as OffersUrl)),
    ).toBe(false);
  });

  it("name one class of GPUs, a machine or a workload, or nothing that can be judged", () => {
    const urls: OffersUrl[] = [
      {},
      { gpu: ["H100"] },
      { gpu: ["H100", "A100"] },
      { workload: "run", billions: 8 },
      { machine: "l4-24gib-x1" },
    ];
    expect(urls.map(isJudged)).toEqual([false, true, false, true, true]);
  });
});
