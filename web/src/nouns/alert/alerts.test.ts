import { expect, it } from "vitest";
import { suggestion } from "./alerts.ts";

const suggested = (micros: number, stock: "none" | "low" = "low") =>
  suggestion({ stock, rate_usd_micros_per_hour: micros });

it("a tenth below what it costs is suggested, in whole cents", () => {
  expect(suggested(2_000_000)).toBe("1.80");
  expect(suggested(1_994_999)).toBe("1.79");
  expect(suggested(20_000)).toBe("0.01");
});

it("nothing is suggested where no cent is below", () => {
  expect(suggested(11_000)).toBe("");
});

it("what is sold out everywhere need only come back at its price", () => {
  expect(suggested(1_994_999, "none")).toBe("2.00");
});
