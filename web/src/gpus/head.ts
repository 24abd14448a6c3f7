// What search engines read of a page: its title, its description, its one address, and its prices.
//
// The address is a path: which host a page is read on, and so whose prices it has, is not known
// when it is built.

import { html, Html } from "../landing/html.ts";
import { usd } from "../lib/money.ts";
import { date } from "../lib/time.ts";
import {
  cheapest,
  cloudsOf,
  type GpuPage,
  INDEX,
  perGpu,
  PRICES_ID,
  type Row,
  summed,
} from "./models.ts";
import { memoryWords, tflopsWords } from "./page.ts";

const head = (title: string, description: string, path: string): Html =>
  html`<title>${title} · GPUBROKER</title>
    <meta name="description" content="${description}" />
    <link rel="canonical" href="${path}" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${description}" />
    <meta property="og:type" content="website" />`;

/** The list prices, which scripts replace with the broker's own. */
const structured = (page: GpuPage, asOf: string): object => ({
  "@context": "https://schema.org",
  "@type": "Product",
  name: `${page.name} GPU, per hour`,
  category: "GPU cloud computing",
  description: `${specsWords(page)} List prices of the clouds as of ${date(asOf)}.`,
  offers: summed(page.rows),
});

const specsWords = (page: GpuPage): string =>
  `${[memoryWords(page), tflopsWords(page)].filter(Boolean).join(", ")}, rented by the hour.`;

/** JSON that may stand in a script element: nothing in it ends the element. */
const scriptOf = (data: object): Html =>
  new Html(
    `<script type="application/ld+json" id="${PRICES_ID}">` +
      `${JSON.stringify(data).replace(/</g, "\\u003c")}</script>`,
  );

/** "from $1.89 on demand and $1.10 spot". */
function fromWords({ rows }: GpuPage): string {
  const [fixed, spot] = [cheapest(rows, false), cheapest(rows, true)];
  const price = (row: Row) => usd(perGpu(row), perGpu(row) < 1_000_000 ? 3 : 2);
  return [fixed && `${price(fixed)} on demand`, spot && `${price(spot)} spot`]
    .filter(Boolean)
    .join(" and ");
}

export function gpuHead(page: GpuPage, asOf: string): string {
  const clouds = cloudsOf(page.rows);
  const description =
    `What an hour of ${page.name} costs at ${clouds} ${clouds === 1 ? "cloud" : "clouds"}: list ` +
    `prices per GPU-hour from ${fromWords(page)}, as of ${date(asOf)}. ${specsWords(page)}`;
  const said = head(`${page.name} price per hour, cloud by cloud`, description, page.path);
  return html`${said}${scriptOf(structured(page, asOf))}`.text;
}

export const indexHead = (pages: readonly GpuPage[], asOf: string): string =>
  head(
    "GPU prices per hour, cloud by cloud",
    `What an hour of ${pages.length} GPUs costs in the cloud, from H100 and B200 to RTX 4090: ` +
      `list prices as of ${date(asOf)}, on demand and spot, side by side.`,
    INDEX,
  ).text;
