import { expect, it } from "vitest";
import type { Shape } from "../../api/client.ts";
import { relaxing } from "./relax.ts";

const relax = (filter: Shape<"FilterName">, to: number | null = null, rows = 3, url = {}) =>
  relaxing({ filter, rows, to }, url);

it("a limit says how many it would give, and how near they come", () => {
  expect(relax("price_max_usd_micros_per_hour", 1_620_000)).toEqual({
    words: "Any price",
    patch: { price: undefined },
    gives: "3 machines, from $1.62 an hour",
  });
  expect(relax("ram_gib_min", 1024, 1)).toEqual({
    words: "Any RAM",
    patch: { ram: undefined },
    gives: "1 machine, up to 1,024 GiB",
  });
});

it("what is no number is dropped", () => {
  expect(relax("country")).toEqual({
    words: "Any country",
    patch: { country: undefined },
    gives: "3 machines",
  });
  expect(relax("machine")?.patch).toEqual({ machine: undefined });
  expect(relax("available")?.patch).toEqual({ sold_out: true });
});

it("spot is mixed in from either side", () => {
  expect(relax("spot")).toMatchObject({ words: "Allow spot machines", patch: { spot: "any" } });
  const other = relax("spot", null, 3, { spot: "true" });
  expect(other?.words).toBe("Allow machines that are not spot");
});

it("a workload's own needs cannot be relaxed away", () => {
  expect(relax("model_memory_gib_min", 40)).toBeNull();
});
