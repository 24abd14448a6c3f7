// Why an offer is ranked where it is, in words.

import type { Shape } from "../../api/client.ts";
import { rate } from "../../lib/money.ts";
import { stockWord } from "../../lib/names.ts";
import type { Facet } from "./search.ts";

type Explained = Pick<Shape<"Explained">, "facet" | "weight" | "scaled" | "value">;

const thousands = (number: number) => Math.round(number).toLocaleString("en-US");

export const FACET_NAMES: Record<Facet, string> = {
  price: "Price",
  memory: "GPU memory",
  performance: "Performance",
  vcpus: "vCPUs",
  ram: "RAM",
  availability: "Stock",
};

const STOCKS = ["none", "low", "medium", "high"] as const;

/** A value an offer is ranked by, with its unit. */
export function facetValue(facet: Facet, value: number): string {
  switch (facet) {
    case "price":
      return `${rate(value)} an hour`;
    case "memory":
      return `${thousands(value)} GiB`;
    case "performance":
      return value > 0 ? `${thousands(value)} TFLOPS` : "not known";
    case "vcpus":
      return thousands(value);
    case "ram":
      return `${thousands(value)} GiB`;
    case "availability":
      return stockWord(STOCKS[value] ?? "none");
  }
}

/** From the worst match to the best. */
const LEVELS: Record<Facet, readonly [string, string, string, string, string]> = {
  price: ["highest price", "high price", "average price", "low price", "lowest price"],
  memory: ["smallest memory", "small memory", "average memory", "large memory", "largest memory"],
  performance: ["slowest", "slower than most", "average speed", "faster than most", "fastest"],
  vcpus: ["fewest vCPUs", "few vCPUs", "average vCPUs", "many vCPUs", "most vCPUs"],
  ram: ["least RAM", "little RAM", "average RAM", "plenty of RAM", "most RAM"],
  availability: ["lowest stock", "low stock", "average stock", "good stock", "best stock"],
};

function inWords({ facet, scaled, value }: Explained, total: number): string {
  if (facet === "performance" && value <= 0) return "speed not known";
  const level =
    scaled >= 0.9995 ? 4 : scaled >= 0.7 ? 3 : scaled >= 0.35 ? 2 : scaled > 0.0005 ? 1 : 0;
  const words = LEVELS[facet][level];
  return level === 4 ? `${words} of ${total.toLocaleString("en-US")}` : words;
}

/** Facets in which all these offers are alike: they do not explain one offer's rank. */
export function alikeIn(explanations: readonly (readonly Explained[])[]): ReadonlySet<Facet> {
  const [first, ...others] = explanations;
  return new Set(
    (others.length > 0 ? (first ?? []) : [])
      .filter(({ value }, place) => others.every((other) => other[place]?.value === value))
      .map(({ facet }) => facet),
  );
}

/**
 * "Lowest price of 41; average memory.": what helps an offer most and what holds it back most,
 * among the facets that differ.
 */
export function whyHere(
  explanation: readonly Explained[],
  total: number,
  alike: ReadonlySet<Facet> = new Set(),
): string {
  if (total <= 1) return "The only offer that matches.";
  const counting = explanation.filter(({ facet, weight }) => weight > 0 && !alike.has(facet));
  const most = (by: (one: Explained) => number) =>
    counting.reduce<Explained | undefined>(
      (best, one) => (best === undefined || by(one) > by(best) ? one : best),
      undefined,
    );
  const lifts = most(({ weight, scaled }) => weight * scaled);
  const holds = most(({ weight, scaled }) => weight * (1 - scaled));
  if (!lifts || !holds) return "The same as the others in everything that counts.";
  // What helps an offer only a little does not explain its rank.
  const best = lifts.scaled >= 0.35 || holds.facet === lifts.facet ? [lifts] : [];
  const parts = [
    ...best,
    ...(holds.scaled < 0.9995 && holds.facet !== lifts.facet ? [holds] : []),
  ].map((one) => inWords(one, total));
  const [first = "", ...rest] = parts;
  const text = [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join("; ");
  return holds.scaled >= 0.9995 ? `${text}, and nothing beats it in what counts.` : `${text}.`;
}

export interface Scale {
  least: number;
  best: number;
}

/**
 * The ends of the value bars: the best match, and the lowest one once all are loaded; zero until
 * then.
 */
export function scaleOf(scores: readonly number[], best: number, total: number): Scale {
  return { least: scores.length > 0 && scores.length >= total ? Math.min(...scores) : 0, best };
}

/** Where a score lies between the ends of the scale, 0 to 1. */
export const scaled = (score: number, { least, best }: Scale): number =>
  best > least ? Math.min(1, Math.max(0, (score - least) / (best - least))) : 1;
