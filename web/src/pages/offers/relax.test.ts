import { expect, it } from "vitest";
import type { Shape } from "../../api/client.ts";
import { relaxing } from "./relax.ts";

const relax = (filter: Shape<"FilterName">, to: number | null = null, url = {}) =>
  relaxing({ filter, rows: 3, to }, url);

it("a limit moves just as far as it takes", () => {
  expect(relax("price_max_usd_micros_per_hour", 1_620_001)).toEqual({
    words: "Raise the price to $1.63",
    patch: { price: 1.63 },
    rows: 3,
  });
  expect(relax("ram_gib_min", 1024)).toEqual({
    words: "Lower RAM to 1,024 GiB",
    patch: { ram: 1024 },
    rows: 3,
  });
  expect(relax("vcpus_min", 8)?.patch).toEqual({ vcpus: 8 });
});

it("what is no number is dropped, and its patch leaves nothing of it", () => {
  expect(relax("country")).toEqual({
    words: "Any country",
    patch: { country: undefined },
    rows: 3,
  });
  expect(relax("disk_gib_min", 0)?.patch).toEqual({ disk: undefined });
  expect(relax("available")?.patch).toEqual({ sold_out: true });
});

it("spot is mixed in from either side", () => {
  expect(relax("spot")).toMatchObject({ words: "Allow spot machines", patch: { spot: "any" } });
  expect(relax("spot", null, { spot: "true" })?.words).toBe("Allow machines that are not spot");
});

it("a workload's own needs cannot be relaxed away", () => {
  expect(relax("model_memory_gib_min", 40)).toBeNull();
});
