// Why an offer is ranked where it is, in words. What each facet is worth is said by the API, so
// that words, bars and order are made of the same number.

import type { Shape } from "../../api/client.ts";
import { rate } from "../../lib/money.ts";
import { stockWord } from "../../lib/names.ts";
import type { Facet } from "./search.ts";

type Explained = Shape<"Explained">;
type Per = Shape<"Per">;

export const FACET_NAMES: Record<Facet, string> = {
  price: "Price",
  memory: "GPU memory",
  performance: "Performance",
  tflops_per_dollar: "TFLOPS per dollar",
  vcpus: "vCPUs",
  ram: "RAM",
  reliability: "Launches that succeed",
  start_up: "Start-up time",
  availability: "Stock",
};

const STOCKS = ["none", "low", "medium", "high"] as const;
const rounded = (number: number) =>
  number.toLocaleString("en-US", { maximumFractionDigits: number < 10 ? 1 : 0 });

/** A value an offer is ranked by, with its unit; "not known" where it is not. */
export function facetValue(facet: Facet, value: number | null | undefined, per: Per): string {
  if (value == null) return "not known";
  const each = per === "gpu" ? " per GPU" : "";
  switch (facet) {
    case "price":
      return per === "gpu" ? `${rate(value)} per GPU-hour` : `${rate(value)} an hour`;
    case "memory":
    case "ram":
      return `${rounded(value)} GiB${each}`;
    case "performance":
      return `${rounded(value)} TFLOPS${each}`;
    case "tflops_per_dollar":
      return rounded(value);
    case "vcpus":
      return `${rounded(value)}${each}`;
    case "reliability":
      return `${Math.round(value * 100)}%`;
    case "start_up":
      return `${rounded(value)} s`;
    case "availability":
      return stockWord(STOCKS[value] ?? "none");
  }
}

/** "price the lowest", "stock low". */
const inWords = ({ facet, words }: Explained): string => {
  const name = FACET_NAMES[facet];
  const keepsCase = /^[A-Z]{2}|^vCPU/.test(name);
  return `${keepsCase ? name : name.charAt(0).toLowerCase() + name.slice(1)} ${words}`;
};

/**
 * "Price the lowest; GPU memory 40% below the most.": what helps an offer most and what holds it
 * back most, among the facets that differ.
 */
export function whyHere(explanation: readonly Explained[], total: number): string {
  if (total <= 1) return "The only one that matches.";
  const counting = explanation.filter(({ weight, differs }) => weight > 0 && differs);
  const most = (by: (one: Explained) => number) =>
    counting.reduce<Explained | undefined>(
      (best, one) => (best === undefined || by(one) > by(best) ? one : best),
      undefined,
    );
  const lifts = most(({ weight, scaled }) => weight * scaled);
  const holds = most(({ weight, scaled }) => weight * (1 - scaled));
  if (!lifts || !holds) return "The same as the others in everything that counts.";
  const nothingBetter = holds.scaled >= 1;
  const parts = nothingBetter || holds === lifts ? [lifts] : [lifts, holds];
  const text = parts.map(inWords).join("; ");
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return nothingBetter ? `${sentence}. Nothing beats it in what counts.` : `${sentence}.`;
}

/** A score as points of 100, of which the best that matches has 100. */
export const points = (score: number, best: number): number =>
  best > 0 ? Math.round(Math.min(1, score / best) * 100) : 0;
