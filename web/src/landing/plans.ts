// The plans, monthly or annual: the switch is two radio buttons and CSS, so it needs no JavaScript.

import { planName } from "../lib/names.ts";
import type { PlanPrice } from "../lib/plan-price.ts";
import { html, type Html } from "./html.ts";
import { priceWords, yearGives } from "./plan-price.ts";

/** A plan as `infra/seeds/plans.json` holds it; prices in micro-dollars. */
export interface PlanSeed extends PlanPrice {
  id: string;
  summary: string;
  features: string[];
}

const CHECK = html`<svg
  width="14"
  height="14"
  viewBox="0 0 16 16"
  fill="none"
  stroke="currentColor"
  stroke-width="1.800"
  class="mt-[3px] shrink-0 text-brand-ink"
  aria-hidden="true"
>
  <path d="M3 8.500l3.500 3.500L13 5" />
</svg>`;
const BUTTON =
  "inline-flex h-10 w-full items-center justify-center rounded-control border font-medium " +
  "transition-colors";

function price(plan: PlanSeed, interval: "month" | "year"): Html {
  const shown =
    interval === "month"
      ? "group-has-[#annual:checked]/plans:hidden"
      : "hidden group-has-[#annual:checked]/plans:block";
  const { each, billed } = priceWords(plan, interval);
  return html`<div class="${shown}">
    <p>
      <span class="num text-price font-semibold" data-each="${interval}">${each}</span>
      <span class="text-mute">per month</span>
    </p>
    <p class="num text-label text-mute" data-billed="${interval}">${billed}</p>
  </div>`;
}

function start(plan: PlanSeed, interval: "month" | "year"): Html {
  const shown =
    interval === "month"
      ? "group-has-[#annual:checked]/plans:hidden"
      : "!hidden group-has-[#annual:checked]/plans:!inline-flex";
  const free = plan.monthly_usd_micros === 0;
  const tone =
    plan.id === "pro"
      ? "border-transparent bg-brand text-on-brand hover:brightness-110"
      : "border-line2 bg-surface hover:bg-sunk";
  return html`<a
    class="${BUTTON} ${tone} ${shown}"
    href="/register?plan=${plan.id}${free ? "" : `&interval=${interval}`}"
    >${free ? "Create free account" : `Start with ${planName(plan.id)}`}</a
  >`;
}

const feature = (words: string): Html =>
  html`<li class="flex gap-2.5">${CHECK}<span>${words}</span></li>`;

const lookOf = (plan: PlanSeed): string =>
  plan.id === "pro" ? "border-brand bg-brand-soft/40" : "border-line bg-surface";

const card = (plan: PlanSeed): Html =>
  html` <li
    data-plan="${plan.id}"
    class="grid content-start gap-4 rounded-card border p-6 ${lookOf(plan)}"
  >
    <div>
      <h3 class="text-card font-semibold">${planName(plan.id)}</h3>
      <p class="text-mute">${plan.summary}</p>
    </div>
    ${price(plan, "month")}${price(plan, "year")} ${start(plan, "month")}${start(plan, "year")}
    <ul class="grid gap-2.5">
      ${plan.features.map(feature)}
    </ul>
  </li>`;

export const plansSection = (plans: readonly PlanSeed[]): Html =>
  html` <section
    id="plans"
    aria-labelledby="plans-title"
    class="group/plans scroll-mt-8 border-t border-line bg-surface"
  >
    <div class="mx-auto max-w-[1152px] px-4 py-16 md:px-6 md:py-20">
      <div class="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h2 id="plans-title" class="text-h2 font-semibold">Plans</h2>
          <p class="mt-1 text-read text-mute">
            GPU time is billed by the second, at the price you saw.
          </p>
        </div>
        <fieldset class="segments">
          <legend class="sr-only">Show prices</legend>
          <label class="segment"
            ><input
              class="sr-only"
              type="radio"
              name="interval"
              id="monthly"
              checked
            />Monthly</label
          >
          <label class="segment"
            ><input class="sr-only" type="radio" name="interval" id="annual" />Annual
            <span class="font-normal" data-year-gives>${yearGives(plans)}</span></label
          >
        </fieldset>
      </div>
      <ul class="mt-8 grid gap-5 md:grid-cols-3">
        ${plans.map(card)}
      </ul>
    </div>
  </section>`;
