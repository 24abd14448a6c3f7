// "From price to prompt in three steps".

import { html, type Html } from "./html.ts";

const weight = (name: string, width: string, share: string) =>
  html` <div>
    <div class="flex justify-between text-label">
      <span>${name}</span><span class="num text-mute">${share}</span>
    </div>
    <div class="mt-1.5 h-1 rounded-full bg-sunk">
      <div class="h-1 rounded-full bg-brand ${width}"></div>
    </div>
  </div>`;

const line = (who: string, tone: string, what: string) =>
  html`<div><span class="${tone}">${who}</span> ${what}</div>`;

const step = (number: number, title: string, text: string, picture: Html) =>
  html` <li class="grid content-start gap-2 py-6 md:px-6 md:first:pl-0 md:last:pr-0">
    <span class="num font-semibold text-brand-ink" aria-hidden="true">${number}</span>
    <h3 class="text-card font-semibold">${title}</h3>
    <p class="text-read text-mute">${text}</p>
    <div class="mt-3" aria-hidden="true">${picture}</div>
  </li>`;

const LIST =
  "mt-8 grid border-t border-line2 max-md:divide-y max-md:divide-line " +
  "md:grid-cols-3 md:divide-x md:divide-line";
const WEIGHTS = [
  weight("Price", "w-2/5", "40%"),
  weight("Performance", "w-1/4", "25%"),
  weight("Memory", "w-[15%]", "15%"),
];
const LOG = [
  line("broker", "text-[#3ddc97]", "holds one hour of the price"),
  line("cloud", "text-[#7fb4ff]", "machine launched"),
  line("cloud", "text-[#7fb4ff]", "SSH answers"),
  line("you", "text-[#f2b544]", "activate: charging begins"),
];

export const steps = html` <section
  id="how"
  aria-labelledby="how-title"
  class="mx-auto max-w-[1152px] scroll-mt-8 px-4 py-16 md:px-6 md:py-20"
>
  <h2 id="how-title" class="text-h2 font-semibold">From price to prompt in three steps</h2>
  <ol class="${LIST}">
    ${step(
      1,
      "Rank",
      "Say how much price, memory, speed and stock matter to you. Every offer explains its rank.",
      html`<div class="card grid gap-3 p-4">${WEIGHTS}</div>`,
    )}
    ${step(
      2,
      "Deploy",
      "The price is held while you review it. If a cloud is sold out, the next offer at your " +
        "price or below takes its place.",
      html`<div class="grid gap-1.5 rounded-card bg-code p-4 font-mono text-label text-code-ink">
        ${LOG}
      </div>`,
    )}
    ${step(
      3,
      "Connect",
      "Copy the SSH command or open Jupyter. You pay by the second, and a pod stops before " +
        "your money runs out.",
      html`<div class="card grid gap-2 p-4">
        <span class="text-label text-mute">SSH</span>
        <div class="truncate rounded-control bg-sunk px-3 py-2 font-mono text-label">
          ssh -p 41822 root@198.51.100.7
        </div>
        <div class="flex justify-between text-label">
          <span>Paid by the second</span><span class="num text-mute">$0.0226 so far</span>
        </div>
      </div>`,
    )}
  </ol>
</section>`;
