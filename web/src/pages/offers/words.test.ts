import { describe, expect, it } from "vitest";
import { alikeIn, facetValue, scaled, scaleOf, whyHere } from "./words.ts";

const one = (
  facet: "price" | "memory" | "performance" | "availability",
  weight: number,
  scaled: number,
  value = 1,
) => ({ facet, weight, scaled, value });

describe("whyHere", () => {
  it("names what lifts an offer and what holds it back", () => {
    expect(
      whyHere([one("price", 0.5, 1), one("memory", 0.3, 0.5), one("performance", 0.2, 0.9)], 41),
    ).toBe("Lowest price of 41; average memory.");
    expect(whyHere([one("price", 0.4, 0), one("memory", 0.6, 1)], 1957)).toBe(
      "Largest memory of 1,957; highest price.",
    );
  });

  it("names no small comfort", () => {
    expect(whyHere([one("price", 0.6, 0), one("memory", 0.4, 0.1)], 16)).toBe("Highest price.");
  });

  it("does not speak of what does not count", () => {
    expect(whyHere([one("price", 1, 0.8), one("memory", 0, 0)], 3)).toBe("Low price.");
  });

  it("knows when nothing is better, and when nothing else matches", () => {
    expect(whyHere([one("price", 0.5, 1), one("memory", 0.5, 1)], 2)).toBe(
      "Lowest price of 2, and nothing beats it in what counts.",
    );
    expect(whyHere([one("price", 1, 1)], 1)).toBe("The only offer that matches.");
  });

  it("does not speak of what all have in common", () => {
    const offers = [
      [one("price", 0.5, 0, 3), one("performance", 0.5, 1, 165)],
      [one("price", 0.5, 1, 2), one("performance", 0.5, 1, 165)],
    ];
    const alike = alikeIn(offers);
    expect(Array.from(alike)).toEqual(["performance"]);
    expect(whyHere(offers[0]!, 2, alike)).toBe("Highest price.");
    expect(whyHere(offers[1]!, 2, new Set(["price", "performance"]))).toBe(
      "The same as the others in everything that counts.",
    );
    expect(alikeIn([offers[0]!]).size).toBe(0);
    expect(alikeIn([]).size).toBe(0);
  });

  it("says where the performance is not known", () => {
    expect(whyHere([one("price", 0.5, 0.9), one("performance", 0.5, 0, 0)], 9)).toBe(
      "Low price; speed not known.",
    );
  });
});

describe("numbers", () => {
  it("carry their units", () => {
    expect(facetValue("price", 2_290_000)).toBe("$2.29 an hour");
    expect(facetValue("memory", 1536)).toBe("1,536 GiB");
    expect(facetValue("performance", 0)).toBe("not known");
    expect(facetValue("availability", 1)).toBe("Few left");
  });

  it("are scaled between the least and the best match once all are there, and from nothing until then", () => {
    const all = scaleOf([0.9, 0.6, 0.3], 0.9, 3);
    expect([0.9, 0.6, 0.3].map((score) => Math.round(scaled(score, all) * 100))).toEqual([
      100, 50, 0,
    ]);
    const some = scaleOf([0.9, 0.6], 0.9, 3);
    expect(Math.round(scaled(0.6, some) * 100)).toBe(67);
    expect(scaled(1, some)).toBe(1);
    expect(scaled(0.5, scaleOf([0.5, 0.5], 0.5, 2))).toBe(1);
    expect(scaleOf([], 0.9, 0)).toEqual({ least: 0, best: 0.9 });
  });
});
