// The tables of prices, written out at build time with the clouds' list prices, and again in the
// browser with the broker's own.

import { html, type Html } from "../landing/html.ts";
import { rate } from "../lib/money.ts";
import { cloudName } from "../lib/names.ts";
import { date } from "../lib/time.ts";
import { byPrice, type GpuPage, perGpu, type Row } from "./models.ts";

const CELL = "px-3 py-2.5 first:pl-4 last:pr-4";
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

/** "8 × 80 GB", and of which model where a page has several. */
function machine({ gpu, gpu_count: count, gpu_memory_gib: gib }: Row, names: boolean): Html {
  const memory = count > 1 ? `${count} × ${gib} GB` : `${gib} GB`;
  const named = count > 1 ? `${count} × ${gpu}` : gpu;
  if (!names) return html`<span class="whitespace-nowrap">${memory}</span>`;
  return html`<span class="block">${named}</span
    ><span class="block text-label whitespace-nowrap text-mute">${memory}</span>`;
}

const line = (row: Row, names: boolean): Html =>
  html` <tr class="border-t border-line">
    <th scope="row" class="${CELL} text-left font-normal">
      <a class="rounded-sm font-semibold hover:underline" href="${browsePath(row)}"
        >${cloudName(row.provider)}</a
      >${row.as_of && html`<span class="block text-label text-mute">${date(row.as_of)}</span>`}
    </th>
    <td class="num ${CELL}">${machine(row, names)}</td>
    <td class="num ${CELL} text-right text-read font-semibold">${rate(perGpu(row))}</td>
    <td class="num ${CELL} text-right text-mute">
      ${row.gpu_count > 1 ? rate(row.rate_usd_micros_per_hour) : "the same"}
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
        <th scope="col" class="${HEAD} text-right">Machine, per hour</th>
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

/** A table of each kind of contract that there is; `kept` says of what the prices are. */
export function tables(page: Pick<GpuPage, "name" | "models">, all: readonly Row[]): Html {
  const rows = byPrice(all);
  return html`${KINDS.map(([spot, id, title, means]) => {
    const kind = rows.filter((row) => row.spot === spot);
    return (
      kind.length > 0 &&
      html` <section aria-labelledby="${id}" class="grid gap-3">
        <header>
          <h2 id="${id}" class="text-card font-semibold">${page.name} ${title.toLowerCase()}</h2>
          <p class="text-mute">${means}</p>
        </header>
        <div class="card overflow-x-auto" tabindex="0" role="region" aria-labelledby="${id}">
          ${table(
            kind,
            page.models.length > 1,
            `${title}, the cheapest per GPU-hour first, with what the whole machine costs`,
          )}
        </div>
      </section>`
    );
  })}`;
}
