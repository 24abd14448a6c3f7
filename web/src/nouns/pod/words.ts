// What is said of pods in several places.

import { asked } from "../../lib/money.ts";
import type { Shape } from "../../api/client.ts";

export const UNCHARGED_YET = "Nothing is charged until you activate it.";
export const UNCHARGED_UNTIL_ANSWER = "Nothing is charged until its machine answers.";
export const UNSTOPPABLE = "This cloud cannot stop machines, so the pod can only be ended.";

/** What became of the money that was held for a deploy that is over. */
export const released = (holdUsdMicros: number): string =>
  `We released the ${asked(holdUsdMicros)} hold.`;

/** What the sandbox can be asked to pretend, in the order in which it is offered. */
export const SCENARIOS: readonly (readonly [Shape<"Scenario">, string])[] = [
  ["first_offer_sold_out", "The first machine is sold out"],
  ["all_offers_sold_out", "Every machine is sold out"],
  ["price_raised", "The cloud raises its price"],
  ["slow_start", "The machine starts slowly"],
  ["never_ready", "The machine never becomes ready"],
  ["taken_away", "The cloud takes the machine away"],
];

export const scenarioWord = (scenario: Shape<"Scenario">): string =>
  SCENARIOS.find(([one]) => one === scenario)?.[1] ?? scenario;
