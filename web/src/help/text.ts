// The shape of a page of help: a title, and sections of paragraphs and lists.

import { html, type Html } from "../landing/html.ts";

export interface Section {
  title: string;
  /** Paragraphs; a list is an array. */
  body: (string | Html | (string | Html)[])[];
}

export interface HelpPage {
  title: string;
  intro: string | Html;
  sections: readonly Section[];
}

export const link = (href: string, label: string): Html =>
  html`<a class="font-medium text-brand-ink underline underline-offset-2" href="${href}"
    >${label}</a
  >`;

const idOf = (title: string): string => title.toLowerCase().replace(/[^a-z0-9]+/g, "-");

const section = ({ title, body }: Section): Html =>
  html` <section aria-labelledby="${idOf(title)}" class="grid gap-3">
    <h2 id="${idOf(title)}" class="text-card font-semibold">${title}</h2>
    ${body.map((part) =>
      Array.isArray(part)
        ? html`<ul class="grid list-disc gap-1.5 pl-5">
            ${part.map((item) => html`<li>${item}</li>`)}
          </ul>`
        : html`<p>${part}</p>`,
    )}
  </section>`;

export const article = ({ title, intro, sections }: HelpPage): Html =>
  html` <article class="mx-auto grid max-w-2xl gap-8 px-4 py-10 text-read md:px-6 md:py-14">
    <header class="grid gap-3">
      <h1 class="text-h2 font-semibold">${title}</h1>
      <p class="text-mute">${intro}</p>
    </header>
    ${sections.map(section)}
  </article>`;
