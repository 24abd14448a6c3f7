// What the pages without React share: the strips on top, the header, the foot.

import { HELP_PAGES } from "../lib/help-pages.ts";
import { html, type Html } from "./html.ts";

export const ARROW = html`<svg
  width="14"
  height="14"
  viewBox="0 0 16 16"
  fill="none"
  stroke="currentColor"
  stroke-width="1.6"
  aria-hidden="true"
>
  <path d="M3 8h10M9 4l4 4-4 4" />
</svg>`;
const MARK = html`<svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="7" class="fill-ink" />
  <path d="M8 18h4v7H8zm6-6h4v13h-4zm6-5h4v18h-4z" class="fill-bg" />
</svg>`;
const MOON = html`<svg
  width="17"
  height="17"
  viewBox="0 0 24 24"
  fill="none"
  stroke="currentColor"
  stroke-width="2"
  stroke-linecap="round"
  stroke-linejoin="round"
  aria-hidden="true"
>
  <path d="M20 13.5A8 8 0 1 1 10.500 4 6.500 6.500 0 0 0 20 13.500z" />
</svg>`;

export const BUTTON =
  "inline-flex items-center justify-center gap-2 rounded-control border font-medium " +
  "whitespace-nowrap transition-colors duration-150";
const THEME_BUTTON =
  "inline-flex size-9 items-center justify-center rounded-control text-mute " +
  "hover:bg-sunk hover:text-ink";
const STRIP =
  "sticky top-0 z-30 min-h-(--strip) bg-warn-soft px-4 py-1.5 text-center text-label text-warn";
const HEADER =
  "mx-auto flex h-16 max-w-[1152px] items-center gap-4 px-4 max-[360px]:gap-2 md:gap-8 md:px-6";
const SIGN_IN = "h-9 border-transparent px-2 text-mute hover:text-ink md:px-3 max-[360px]:px-1.5";
const GET_STARTED =
  "h-9 border-transparent bg-ink px-3.5 text-bg hover:opacity-90 max-[360px]:px-2.5";

/** Shown without scripts only; these fall back on it where the API does not answer. */
export const listed = (content: Html | string): Html => html`<noscript>${content}</noscript>`;

/** The mode, once it is known; without scripts, that it cannot be. */
const strips = html` <section
    aria-label="Mode"
    class="${STRIP} hidden in-data-[mode=sandbox]:block"
  >
    <p><strong class="mr-2 font-semibold">SANDBOX</strong>Simulated clouds, free credit.</p>
  </section>
  <noscript>
    <p class="${STRIP}">
      JavaScript is off: this page cannot say whether this is SANDBOX or LIVE, and shows public list
      prices only.
    </p>
  </noscript>`;

interface Anchor {
  href: string;
  label: string;
}

const header = (links: readonly Anchor[]) =>
  html` <header class="${HEADER}">
    <a href="/" class="flex min-w-0 items-center gap-2.5 rounded-sm text-read font-semibold"
      ><span data-mark class="shrink-0">${MARK}</span
      ><span data-name class="truncate max-[360px]:sr-only">GPUBROKER</span></a
    >
    <nav aria-label="Page" class="hidden gap-6 text-mute md:flex">
      ${links.map(({ href, label }) => html`<a class="hover:text-ink" href="${href}">${label}</a>`)}
    </nav>
    <div class="ml-auto flex shrink-0 items-center gap-1 max-[360px]:gap-0 md:gap-2">
      <button
        type="button"
        data-theme-button
        hidden
        class="${THEME_BUTTON}"
        aria-label="Change between light and dark"
      >
        ${MOON}
      </button>
      <a data-login class="${BUTTON} ${SIGN_IN}" href="/login">Sign in</a
      ><a data-start class="${BUTTON} ${GET_STARTED}" href="/register">Get started</a>
    </div>
  </header>`;

const link = (href: string, label: string) =>
  html`<a class="hover:text-ink hover:underline" href="${href}">${label}</a>`;

const footer = html` <footer class="border-t border-line">
  <div class="mx-auto flex max-w-[1152px] flex-wrap gap-x-6 gap-y-2 px-4 py-8 text-mute md:px-6">
    <span data-name>GPUBROKER</span>${link("/offers", "Browse GPUs")}
    ${link("/gpus/", "GPU prices")}${link("/#plans", "Plans")}
    ${HELP_PAGES.map(({ path, label }) => link(path, label))}${link("/openapi.json", "API")}
    <span class="lg:ml-auto">Prices from public lists, updated live when connected.</span>
  </div>
</footer>`;

/** A whole body: `main` within the frame, with links to `links` beside the name. */
export const framed = (main: Html, links: readonly Anchor[]): string =>
  html` <a href="#main" class="skip-link">Skip to the content</a>${strips}${header(links)}
    <main id="main" tabindex="-1" class="min-h-[70vh]">${main}</main>
    ${footer}`.text;
