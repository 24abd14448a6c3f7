import { describe, expect, it } from "vitest";
import type { Shape } from "../../api/client.ts";
import { facetValue, points, whyHere } from "./words.ts";

const one = (
  facet: Shape<"Facet">,
  weight: number,
  scaled: number,
  words: string,
  differs = true,
): Shape<"Explained"> => ({ facet, weight, scaled, words, differs, value: 1, launches: null });

describe("whyHere", () => {
  it("names what lifts a machine and what holds it back, in the API's words", () => {
    const lowest = one("price", 0.5, 1, "the lowest");
    const memory = one("memory", 0.3, 0.5, "40% below the most");
    const fast = one("performance", 0.2, 0.9, "5% below the fastest");
    expect(whyHere([lowest, memory, fast], 41)).toBe(
      "Price the lowest; GPU memory 40% below the most.",
    );
    const dear = one("price", 0.4, 0, "3.0 times the lowest");
    expect(whyHere([dear, one("vcpus", 0.6, 1, "the most")], 9)).toBe(
      "VCPUs the most; price 3.0 times the lowest.",
    );
  });

  it("speaks neither of what does not count nor of what all have in common", () => {
    const cheap = one("price", 1, 0.8, "12% above the lowest");
    const ignored = one("memory", 0, 0, "90% below the most");
    const alike = one("performance", 0.5, 1, "the same in all", false);
    expect(whyHere([cheap, ignored, alike], 3)).toBe("Price 12% above the lowest.");
    expect(whyHere([ignored, alike], 3)).toBe("The same as the others in everything that counts.");
  });

  it("knows when nothing is better, and when nothing else matches", () => {
    const best = [one("price", 0.5, 1, "the lowest"), one("memory", 0.5, 1, "the most")];
    expect(whyHere(best, 2)).toBe("Price the lowest. Nothing beats it in what counts.");
    expect(whyHere(best, 1)).toBe("The only one that matches.");
  });
});

describe("numbers", () => {
  it("carry their units, and say whether they are of one GPU", () => {
    expect(facetValue("price", 2_290_000, "gpu")).toBe("$2.29 per GPU-hour");
    expect(facetValue("price", 2_290_000, "machine")).toBe("$2.29 an hour");
    expect(facetValue("memory", 1536, "machine")).toBe("1,536 GiB");
    expect(facetValue("vcpus", 3.25, "gpu")).toBe("3.3 per GPU");
    expect(facetValue("performance", null, "gpu")).toBe("not known");
    expect(facetValue("reliability", 0.974, "gpu")).toBe("97%");
    expect(facetValue("availability", 1, "gpu")).toBe("Few left");
  });

  it("give the best match a hundred points, and near ones nearly as many", () => {
    expect([0.8, 0.76, 0.4, 0].map((score) => points(score, 0.8))).toEqual([100, 95, 50, 0]);
    expect(points(0, 0)).toBe(0);
  });
});
