import { expect, it } from "vitest";
import { isOld, standing, summary } from "./standing.ts";

it.each([
  [0, "Sold out"],
  [24, "Running low"],
  [25, "In stock"],
  [100, "In stock"],
])("a cloud with %i of 100 offers in stock is %s", (offers_available, word) => {
  expect(standing({ offers: 100, offers_available }).word).toBe(word);
});

it("counts the clouds that have something", () => {
  expect(
    summary([
      { offers: 5, offers_available: 1 },
      { offers: 2, offers_available: 0 },
    ]),
  ).toBe("1 of 2 clouds have machines in stock");
  expect(
    summary([
      { offers: 5, offers_available: 1 },
      { offers: 5, offers_available: 1 },
    ]),
  ).toBe("All 2 clouds have machines in stock");
  expect(summary([{ offers: 5, offers_available: 1 }])).toBe(
    "The only cloud has machines in stock",
  );
  expect(summary([])).toBe("No cloud answers now");
});

it("says when offers are old", () => {
  const taken = "2026-11-21T14:00:00Z";
  expect(isOld(taken, Date.parse(taken) + 600_000)).toBe(false);
  expect(isOld(taken, Date.parse(taken) + 600_001)).toBe(true);
});
