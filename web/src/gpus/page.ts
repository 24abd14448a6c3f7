// The page of a GPU, written out at build time from the clouds' public price lists, so that it can
// be read without JavaScript. The broker's own prices, which only its own host knows, are put in by
// `main.ts`; without scripts the list prices stand there, which are no broker's, and say so.

import { ARROW, BUTTON, framed, listed } from "../landing/frame.ts";
import { html, type Html } from "../landing/html.ts";
import { rate } from "../lib/money.ts";
import { date } from "../lib/time.ts";
import {
  cheapest,
  cloudsOf,
  type GpuPage,
  INDEX,
  modelsOf,
  pathOf,
  perGpu,
  relatives,
} from "./models.ts";
import { browsePath, tables } from "./tables.ts";

export const LINKS = [
  { href: INDEX, label: "GPU prices" },
  { href: "/offers", label: "Browse GPUs" },
  { href: "/#plans", label: "Plans" },
  { href: "/docs.html", label: "Docs" },
];
export const MAIN = "mx-auto grid max-w-[1152px] gap-8 px-4 py-8 md:px-6 md:py-12";
const PRIMARY = `${BUTTON} border-transparent bg-brand text-on-brand hover:brightness-110`;
const PILL =
  "inline-flex h-9 items-center rounded-full border border-line bg-surface px-3 text-label " +
  "font-medium whitespace-nowrap hover:border-line2 hover:bg-sunk";

/** Holds the place of what scripts put in; without them it is not there. */
const WAITING = "hidden in-data-[theme]:block";

const whole = (number: number): string => Math.round(number).toLocaleString("en-US");

/** "80 GB", "40 or 80 GB". */
export function memoryWords({ memories }: Pick<GpuPage, "memories">): string {
  const sizes = memories.map(String);
  const last = sizes.pop() ?? "";
  return `${sizes.length > 0 ? `${sizes.join(", ")} or ${last}` : last} GB`;
}

/** "990 TFLOPS", "757 to 990 TFLOPS", or nothing. */
export function tflopsWords({ tflops }: Pick<GpuPage, "tflops">): string | null {
  if (!tflops) return null;
  const [least, most] = tflops.map(whole);
  return least === most ? `${most} TFLOPS` : `${least} to ${most} TFLOPS`;
}

/** What a GPU is, in a sentence. */
export function aboutWords(page: GpuPage): string {
  const speed = tflopsWords(page);
  const clouds = cloudsOf(page.rows);
  const lists = clouds === 1 ? "one cloud" : `${clouds} clouds`;
  return (
    `${page.name}: ${memoryWords(page)} of memory` +
    `${speed ? ` and ${speed} of dense BF16` : ""} for each GPU. On the public price lists of ` +
    `${lists}.`
  );
}

const figure = (name: string, at: string, text: string, look = ""): Html =>
  html` <div class="card min-w-0 p-4 ${look}">
    <dt class="text-label text-mute">${name}</dt>
    <dd class="num min-h-9 text-h2 font-semibold" data-figure="${at}">${listed(text)}</dd>
  </div>`;

function figures({ rows }: GpuPage): Html {
  const [fixed, spot] = [cheapest(rows, false), cheapest(rows, true)];
  return html` <dl class="grid grid-cols-2 gap-3 sm:grid-cols-3">
    ${figure("On demand, GPU-hour from", "on-demand", fixed ? rate(perGpu(fixed)) : "none")}
    ${figure("Spot, GPU-hour from", "spot", spot ? rate(perGpu(spot)) : "none")}
    ${figure("Clouds", "clouds", String(cloudsOf(rows)), "max-sm:hidden")}
  </dl>`;
}

/** As high as the tables that will stand there. */
const waiting = ({ rows }: GpuPage): Html =>
  html` <div class="${WAITING}" role="status" aria-label="Loading the prices" data-waiting>
    <div class="card">
      ${rows.slice(0, 8).map(
        () =>
          html`<div class="flex h-12 items-center gap-6 border-b border-line px-4 last:border-0">
            <span class="block h-3.5 w-1/4 rounded-sm bg-sunk dark:bg-line"></span>
            <span class="ml-auto block h-3.5 w-16 rounded-sm bg-sunk dark:bg-line"></span>
          </div>`,
      )}
    </div>
  </div>`;

const pills = (title: string, names: readonly string[]): Html | false =>
  names.length > 0 &&
  html` <section aria-labelledby="others" class="grid gap-3">
    <h2 id="others" class="text-card font-semibold">${title}</h2>
    <ul class="flex flex-wrap gap-2">
      ${names.map((name) => html`<li><a class="${PILL}" href="${pathOf(name)}">${name}</a></li>`)}
    </ul>
  </section>`;

const crumbs = (name: string): Html =>
  html` <nav aria-label="Breadcrumb" class="flex items-center gap-1.5 text-label text-mute">
    <a class="rounded-sm hover:text-ink hover:underline" href="${INDEX}">GPU prices</a
    ><span aria-hidden="true">/</span><span>${name}</span>
  </nav>`;

/** The whole body of a GPU's page. */
export function gpuBody(page: GpuPage, pages: readonly GpuPage[], asOf: string): string {
  return framed(
    html` <article class="${MAIN}" data-gpu="${page.name}" data-models="${modelsOf(page)}">
      <header class="grid gap-3">
        ${crumbs(page.name)}
        <h1 class="text-h2 font-semibold">${page.name} price per hour</h1>
        <p class="max-w-prose text-read text-mute">${aboutWords(page)}</p>
        <div class="flex flex-wrap items-center gap-x-4 gap-y-3">
          <a class="${PRIMARY} h-11 px-5 text-read" href="${browsePath({ gpu: page.name })}"
            >Browse ${page.name} offers ${ARROW}</a
          >
          <p class="num min-h-5 text-label text-mute" data-taken>
            ${listed(`List prices of the clouds, without our fee, as of ${date(asOf)} or earlier.`)}
          </p>
        </div>
      </header>
      ${figures(page)}
      <div data-prices>${listed(tables(page, page.rows))}</div>
      ${waiting(page)}
      ${pills(
        page.models.length > 1 ? "By form factor" : `Other kinds of ${page.family}`,
        relatives(page, pages).map(({ name }) => name),
      )}
    </article>`,
    LINKS,
  );
}
