// Offers side by side: each fact in a row, and which offers are the best in it.

import type { Shape } from "../../api/client.ts";
import { inUnit, rate, usd } from "../../lib/money.ts";
import { stockWord } from "../../lib/names.ts";
import { termsInWords } from "../../nouns/money/price.tsx";
import { memoryOf } from "../../nouns/offer/machine.ts";
import { COMPARED_MAX } from "./search.ts";

type Offer = Shape<"OfferView">;

export interface ComparedRow {
  name: string;
  cells: string[];
  /** Which of them are the best; none where all are alike or nothing is better. */
  best: ReadonlySet<number>;
}

/** Which offers are being compared, and how to add one or take one out. */
export interface Comparing {
  ids: readonly string[];
  toggle: (id: string) => void;
}

interface Fact {
  name: string;
  say: (offer: Offer) => string;
  /** The less, the better; a fact without it is no matter of better and worse. */
  cost?: (offer: Offer) => number;
}

const whole = (number: number) => Math.round(number).toLocaleString("en-US");
const dollars = (offer: Offer) => offer.rate_usd_micros_per_hour / 1e6;
const perGpu = (offer: Offer) => offer.rate_usd_micros_per_hour / offer.gpu_count;
const STOCKS = ["none", "low", "medium", "high"];

const FACTS: readonly Fact[] = [
  {
    name: "Price an hour",
    say: (offer) => rate(offer.rate_usd_micros_per_hour),
    cost: dollars,
  },
  { name: "Price per GPU-hour", say: (offer) => rate(Math.round(perGpu(offer))), cost: perGpu },
  {
    name: "Price a month",
    say: (offer) => usd(inUnit(offer.rate_usd_micros_per_hour, "month")),
    cost: dollars,
  },
  {
    name: "GPU memory",
    say: memoryOf,
    cost: (offer) => -offer.gpu_memory_gib * offer.gpu_count,
  },
  {
    name: "Dense BF16",
    say: ({ bf16_tflops: tflops }) => (tflops == null ? "not known" : `${whole(tflops)} TFLOPS`),
    cost: ({ bf16_tflops: tflops }) => -(tflops ?? 0),
  },
  {
    name: "TFLOPS per dollar",
    say: (offer) =>
      offer.bf16_tflops == null ? "not known" : whole(offer.bf16_tflops / dollars(offer)),
    cost: (offer) => -(offer.bf16_tflops ?? 0) / dollars(offer),
  },
  { name: "vCPUs", say: ({ vcpus }) => whole(vcpus), cost: ({ vcpus }) => -vcpus },
  { name: "RAM", say: ({ ram_gib: ram }) => `${whole(ram)} GiB`, cost: ({ ram_gib: ram }) => -ram },
  {
    name: "Disk, up to",
    say: ({ disk }) => `${whole(disk.max_gib)} GiB`,
    cost: ({ disk }) => -disk.max_gib,
  },
  {
    name: "Stock",
    say: ({ stock }) => stockWord(stock),
    cost: ({ stock }) => -STOCKS.indexOf(stock),
  },
  { name: "Spot", say: ({ spot }) => (spot ? "Yes, it may be taken back" : "No") },
  { name: "Stop and start again", say: ({ stoppable }) => (stoppable ? "Yes" : "No") },
  { name: "The cloud bills", say: ({ terms }) => termsInWords(terms) },
];

/** The lowest price of the last 30 days, by offer, as far as it is known. */
export type Lowest = ReadonlyMap<string, number>;

const lowestFact = (lowest: Lowest): Fact => ({
  name: "Lowest in 30 days",
  say: ({ id }) => {
    const micros = lowest.get(id);
    return micros === undefined ? "not known" : rate(micros);
  },
});

/** The facts of some offers, row by row. */
export function comparison(offers: readonly Offer[], lowest: Lowest = new Map()): ComparedRow[] {
  const [price, ...others] = FACTS;
  const known = lowest.size > 0 ? [lowestFact(lowest)] : [];
  return [price, ...known, ...others].flatMap((fact) => (fact ? rowOf(fact, offers) : []));
}

function rowOf({ name, say, cost }: Fact, offers: readonly Offer[]): ComparedRow {
  const costs = cost ? offers.map(cost) : [];
  const least = Math.min(...costs);
  const best = costs.flatMap((one, place) => (one === least ? [place] : []));
  return {
    name,
    cells: offers.map(say),
    best: new Set(best.length < offers.length ? best : []),
  };
}

/** The offers to compare with one more or one fewer; never more than can be shown. */
export function toggled(ids: readonly string[], id: string): string[] {
  if (ids.includes(id)) return ids.filter((one) => one !== id);
  return ids.length < COMPARED_MAX ? [...ids, id] : [...ids];
}
