// Every page, with something on it, for the tests that visit all of them.

import { type Page } from "@playwright/test";
import { BILLING_TABS } from "../src/pages/billing/tabs.ts";
import { HELP_PAGES } from "../src/lib/help-pages.ts";
import board from "../src/landing/board.json" with { type: "json" };
import { type Frame, PAGES } from "../src/shell/pages.ts";
import { call, deploy, expectState, type Person } from "./kit.ts";

export interface Place {
  name: string;
  path: string;
}

type Pages = typeof PAGES;
type Name = keyof Pages;
type WithParameter = {
  [One in Name]: Pages[One]["path"] extends `${string}$${string}` ? One : never;
}[Name];
/** The forms in which a page is visited: a name for each, and its address. */
type Form = Record<string, string>;
type Forms = Partial<Record<Name, Form>>;

/** Every page of these frames: in the given forms, else once under its own name. */
const placesIn = (frames: Frame[], forms: Forms): Place[] =>
  Object.entries(PAGES)
    .filter(([, { frame }]) => frames.includes(frame))
    .flatMap(([name, { path }]) =>
      Object.entries(forms[name as Name] ?? { [name]: path }).map(([form, address]) => ({
        name: form,
        path: address,
      })),
    );

/** An address the console does not have; the browser logs that its status is 404. */
export const NOWHERE = "/no-such-page";

/** An offer that the shipped market always has. */
const OFFER = `/offers/${board.featured[0]?.offer.id}`;

export const STRANGER: Place[] = [
  { name: "landing", path: "/" },
  { name: "gpus", path: "/gpus/" },
  { name: "gpu", path: "/gpus/h100/" },
  ...HELP_PAGES.map(({ path, label }) => ({ name: label.toLowerCase(), path })),
  ...placesIn(["entry", "open"], {
    register: { register: "/register?plan=pro&interval=year" },
    offers: { "offers-begin": "/offers", "offers-stranger": "/offers?gpu=H100" },
    offer: { "offer-stranger": OFFER },
    clouds: { "clouds-stranger": "/clouds" },
  }),
  { name: "not-found", path: NOWHERE },
];

/**
 * Creates what a person's pages can show: pods in several states, a card, a key, a draft, a price
 * alert, an invoice.
 */
export async function furnish(page: Page, person: Person): Promise<Place[]> {
  const { request } = page;
  const failed = await deploy(page, person, "opened", {
    scenario: "all_offers_sold_out",
    name: "unlucky",
  });
  await expectState(page, person, failed.podId, "failed");
  const key = await call<{ id: string }>(request, person, "POST", "/ssh-keys", {
    name: "laptop",
    public_key:
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBx4wmEhUMx9KcCLqBoE7Tz7zJ9kzS4Gz3Y0z2o8Q2pX ada@laptop",
  });
  const running = await deploy(page, person, "running", {
    name: "llama-finetune",
    keys: [key.id],
  });
  await call(request, person, "POST", "/billing/payment-methods", {
    payment_method_id: "pm_card_visa",
  });
  const draft = await call<{ id: string }>(request, person, "POST", "/pods/drafts", {
    offer_id: running.offerId,
    template_id: "jupyter",
    name: "next-run",
  });
  const { items: machines } = await call<{ items: { machine: string }[] }>(
    request,
    person,
    "GET",
    "/offers?gpu=H100&group=machine&limit=1",
  );
  const machine = machines[0]?.machine;
  await call(request, person, "PUT", `/price-alerts/${machine}`, {
    rate_max_usd_micros_per_hour: 500_000,
  });
  const quote = await call<{ id: string }>(request, person, "POST", "/pods/quotes", {
    offer_id: running.offerId,
    template_id: "jupyter",
  });
  const { items: invoices } = await call<{ items: { period: string }[] }>(
    request,
    person,
    "GET",
    "/billing/invoices",
  );
  // A page whose address has a parameter must have a form; the others may.
  const forms: Forms & Record<WithParameter, Form> = {
    offers: {
      offers: "/offers",
      "offers-filtered": "/offers?gpu=RTX+4090",
      "offers-across": "/offers?sort=price_asc",
      "offers-workload": "/offers?workload=run&billions=70&bits=8",
      "offers-nothing": "/offers?gpu=H100&price=0.01",
      "offers-machine": `/offers?machine=${machine}`,
    },
    offer: { offer: `/offers/${running.offerId}?days=90` },
    configure: {
      configure: `/configure?offer=${running.offerId}`,
      "configure-draft": `/configure?draft=${draft.id}`,
    },
    review: { review: `/review/${quote.id}?name=next-run` },
    pod: { "pod-running": `/pods/${running.podId}`, "pod-failed": `/pods/${failed.podId}` },
    activate: { "activate-incomplete": "/activate" },
    billing: Object.fromEntries(
      BILLING_TABS.map((tab) => [
        `billing-${tab}`,
        tab === "wallet" ? "/billing" : `/billing?tab=${tab}`,
      ]),
    ),
    invoice: { invoice: `/billing/invoices/${invoices[0]?.period}` },
    pay: { pay: "/pay?plan=pro&interval=year" },
  };
  return placesIn(["open", "own"], forms);
}

/** Waits until a page is complete: a heading, and nothing still loading. */
export async function settled(page: Page) {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(
    () => document.querySelectorAll('[role="status"][aria-label^="Loading"]').length === 0,
  );
  await page.evaluate(() => document.fonts.ready);
}

/** Changes the theme as the button does. */
export const paint = (page: Page, theme: "light" | "dark") =>
  page.evaluate((name) => {
    document.documentElement.dataset.theme = name;
  }, theme);

export const WIDTHS = [1440, 768, 390, 320] as const;
export const THEMES = ["light", "dark"] as const;
