// Whether the service answers, asked by the visitor's own browser.

import { html, type Html } from "../landing/html.ts";
import { link } from "./text.ts";

const CHECKS = [
  ["api", "API"],
  ["market", "Market"],
  ["clouds", "GPU clouds"],
] as const;

const ROW =
  "flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-3.5 " +
  "last:border-0";

const check = ([id, name]: (typeof CHECKS)[number]): Html =>
  html` <li class="${ROW}" data-check="${id}">
    <span class="flex items-center gap-2.5 font-medium"
      ><span aria-hidden="true" class="size-2 rounded-full bg-line2" data-dot></span>${name}</span
    ><span class="num text-mute" data-result>not checked yet</span>
  </li>`;

export const status: Html = html` <article
  class="mx-auto grid max-w-2xl gap-6 px-4 py-10 text-read md:px-6 md:py-14"
>
  <header class="grid gap-3">
    <h1 class="text-h2 font-semibold">Status</h1>
    <p class="text-mute">
      Your browser asks the service right now. This page keeps no history and knows nothing of
      outages elsewhere.
    </p>
  </header>
  <ul class="card" aria-live="polite">
    ${CHECKS.map(check)}
  </ul>
  <p>${link("/clouds", "Each cloud by itself")}: prices, stock, launches and how long they take.</p>
  <noscript><p>Turn on JavaScript to let your browser ask.</p></noscript>
</article>`;
