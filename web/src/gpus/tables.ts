// The tables of prices, written out at build time with the clouds' list prices, and again in the
// browser with the broker's own.

import { html, type Html } from "../landing/html.ts";
import { rate } from "../lib/money.ts";
import { cloudName } from "../lib/names.ts";
import { date } from "../lib/time.ts";
import { byPrice, type GpuPage, perGpu, type Row } from "./models.ts";

const CELL = "px-3 py-2.5 first:pl-4 last:pr-4";
const NOTE = "block text-label whitespace-nowrap text-mute";
const HEAD = `${CELL} text-label font-normal text-mute`;

/** What leads to the console, on the same machines. */
export function browsePath(filter: {
  gpu: string;
  gpu_count?: number;
  provider?: string;
  spot?: boolean;
}): string {
  const query = new URLSearchParams({ gpu: filter.gpu });
  if (filter.gpu_count) query.set("gpu_count", String(filter.gpu_count));
  if (filter.provider) query.set("provider", filter.provider);
  if (filter.spot) query.set("spot", "true");
  return `/offers?${query}`;
}

/** What the whole machine costs, where that is not the price of its one GPU. */
const whole = (row: Row): string => `${rate(row.rate_usd_micros_per_hour)} for all`;

/** "8 × 80 GB", and of which model where a page has several. */
function machine(row: Row, names: boolean): Html {
  const { gpu, gpu_count: count, gpu_memory_gib: gib } = row;
  const times = count > 1 ? `${count} × ` : "";
  return html`<span class="block">${times}${names ? gpu : `${gib} GB`}</span
    >${names && html`<span class="${NOTE}">${times}${gib} GB</span>`}${
      count > 1 && html`<span class="num ${NOTE} sm:hidden">${whole(row)}</span>`
    }`;
}

const line = (row: Row, names: boolean): Html =>
  html` <tr class="border-t border-line">
    <th scope="row" class="${CELL} text-left font-normal">
      <a class="rounded-sm font-semibold hover:underline" href="${browsePath(row)}"
        >${cloudName(row.provider)}</a
      >${row.as_of && html`<span class="${NOTE}">${date(row.as_of)}</span>`}
    </th>
    <td class="num ${CELL}">${machine(row, names)}</td>
    <td class="num ${CELL} text-right text-read font-semibold">${rate(perGpu(row))}</td>
    <td class="num ${CELL} text-right text-mute max-sm:hidden">
      ${rate(row.rate_usd_micros_per_hour)}
    </td>
  </tr>`;

const table = (rows: readonly Row[], names: boolean, caption: string): Html =>
  html` <table class="w-full">
    <caption class="sr-only">
      ${caption}
    </caption>
    <thead>
      <tr>
        <th scope="col" class="${HEAD} text-left">Cloud</th>
        <th scope="col" class="${HEAD} text-left">Machine</th>
        <th scope="col" class="${HEAD} text-right">Per GPU-hour</th>
        <th scope="col" class="${HEAD} text-right max-sm:hidden">Machine, per hour</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => line(row, names))}
    </tbody>
  </table>`;

const KINDS = [
  [false, "on-demand", "On demand", "The machine is yours until you end it."],
  [true, "spot", "Spot", "It costs less, but its cloud may take it back at any time."],
] as const;

/** A table of each kind of contract that there is. */
export function tables(page: Pick<GpuPage, "name" | "models">, all: readonly Row[]): Html {
  const rows = byPrice(all);
  return html`<div class="grid gap-8">
    ${KINDS.map(([spot, id, title, means]) => {
      const kind = rows.filter((row) => row.spot === spot);
      return (
        kind.length > 0 &&
        html` <section aria-labelledby="${id}" class="grid gap-3">
          <header>
            <h2 id="${id}" class="text-card font-semibold">${page.name} ${title.toLowerCase()}</h2>
            <p class="text-mute">${means}</p>
          </header>
          <div class="card overflow-x-auto" tabindex="0" role="group" aria-labelledby="${id}">
            ${table(
              kind,
              page.models.length > 1,
              `${title}, the cheapest per GPU-hour first, with what the whole machine costs`,
            )}
          </div>
        </section>`
      );
    })}
  </div>`;
}
