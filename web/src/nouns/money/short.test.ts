import { expect, it } from "vitest";
import { topUpSearch } from "./short.tsx";

it("an amount is passed on in dollars, as a person would type it", () => {
  expect(topUpSearch(5_010_000, "/pods")).toEqual({ amount: "5.01", next: "/pods" });
  expect(topUpSearch(5_000_000, "/pods").amount).toBe("5");
});
