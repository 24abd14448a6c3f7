// The list of all GPUs with a page: what each has, and what it costs at least.

import { framed, listed } from "../landing/frame.ts";
import { html, type Html } from "../landing/html.ts";
import { date } from "../lib/time.ts";
import { cloudsOf, fromWords, type GpuPage, modelsOf } from "./models.ts";
import { LINKS, MAIN, memoryWords, tflopsWords } from "./page.ts";

const CELL = "px-3 py-2.5 first:pl-4 last:pr-4";
const HEAD = `${CELL} text-label font-normal text-mute`;

function line(page: GpuPage): Html {
  return html` <tr class="border-t border-line">
    <th scope="row" class="${CELL} text-left font-normal">
      <a class="rounded-sm text-read font-semibold hover:underline" href="${page.path}"
        >${page.name}</a
      >
    </th>
    <td class="num ${CELL} text-right text-mute">${memoryWords(page)}</td>
    <td class="num ${CELL} text-right text-mute max-sm:hidden">${tflopsWords(page) ?? "–"}</td>
    <td class="num ${CELL} text-right text-mute max-sm:hidden">${cloudsOf(page.rows)}</td>
    <td class="num ${CELL} text-right text-read font-semibold" data-from="${modelsOf(page)}">
      ${listed(fromWords(page.rows))}
    </td>
  </tr>`;
}

/** The whole body of the list. */
export const indexBody = (pages: readonly GpuPage[], asOf: string): string =>
  framed(
    html` <article class="${MAIN}" data-gpus>
      <header class="grid gap-3">
        <h1 class="text-h2 font-semibold">GPU prices per hour</h1>
        <p class="max-w-prose text-read text-mute">
          What an hour of one GPU of each kind costs at the cheapest cloud: on demand, or as a spot
          machine where nobody sells it otherwise. Choose one to see every cloud.
        </p>
        <p class="num min-h-5 text-label text-mute" data-taken>
          ${listed(`List prices of the clouds, without our fee, as of ${date(asOf)} or earlier.`)}
        </p>
      </header>
      <div class="card overflow-x-auto" tabindex="0" role="region" aria-label="GPUs and prices">
        <table class="w-full">
          <caption class="sr-only">
            GPUs by name, with the lowest price of one
          </caption>
          <thead>
            <tr>
              <th scope="col" class="${HEAD} text-left">GPU</th>
              <th scope="col" class="${HEAD} text-right">Memory</th>
              <th scope="col" class="${HEAD} text-right max-sm:hidden">Dense BF16</th>
              <th scope="col" class="${HEAD} text-right max-sm:hidden">Clouds that list it</th>
              <th scope="col" class="${HEAD} text-right">From, per GPU-hour</th>
            </tr>
          </thead>
          <tbody>
            ${pages.map(line)}
          </tbody>
        </table>
      </div>
    </article>`,
    LINKS,
  );
