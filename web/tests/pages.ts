// Every page there is, with something on it, for the tests that look at all of them.

import { type Page } from "@playwright/test";
import { call, deploy, expectState, type Person } from "./kit.ts";

export interface Place {
  name: string;
  path: string;
  signedIn: boolean;
}

export const STRANGER: Place[] = [
  { name: "landing", path: "/", signedIn: false },
  { name: "register", path: "/register?plan=pro&interval=year", signedIn: false },
  { name: "verify", path: "/verify", signedIn: false },
  { name: "login", path: "/login", signedIn: false },
  { name: "forgot", path: "/forgot", signedIn: false },
  { name: "reset", path: "/reset", signedIn: false },
  { name: "offers-stranger", path: "/offers?gpu=H100", signedIn: false },
  { name: "not-found", path: "/no-such-page", signedIn: false },
];

/** Makes what the pages of a person can show: pods in several states, a card, a key, a draft, an invoice. */
export async function furnish(page: Page, person: Person): Promise<Place[]> {
  const { request } = page;
  const failed = await deploy(page, person, "opened", {
    scenario: "all_offers_sold_out",
    name: "unlucky",
  });
  await expectState(page, person, failed.podId, "failed");
  const running = await deploy(page, person, "running", { name: "llama-finetune" });
  await call(request, person, "POST", "/ssh-keys", {
    name: "laptop",
    public_key:
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBx4wmEhUMx9KcCLqBoE7Tz7zJ9kzS4Gz3Y0z2o8Q2pX ada@laptop",
  });
  await call(request, person, "POST", "/billing/payment-methods", {
    payment_method_id: "pm_card_visa",
  });
  const draft = await call<{ id: string }>(request, person, "POST", "/pods/drafts", {
    offer_id: running.offerId,
    template_id: "jupyter",
    name: "next-run",
  });
  const quote = await call<{ id: string }>(request, person, "POST", "/pods/quotes", {
    offer_id: running.offerId,
    template_id: "jupyter",
  });
  const own = (name: string, path: string): Place => ({ name, path, signedIn: true });
  const { items: invoices } = await call<{ items: { period: string }[] }>(
    request,
    person,
    "GET",
    "/billing/invoices",
  );
  return [
    own("overview", "/overview"),
    own("offers", "/offers"),
    own("offers-filtered", "/offers?gpu=RTX+4090"),
    own("configure", `/configure?offer=${running.offerId}`),
    own("configure-draft", `/configure?draft=${draft.id}`),
    own("review", `/review/${quote.id}?name=next-run`),
    own("pods", "/pods"),
    own("pod-running", `/pods/${running.podId}`),
    own("pod-failed", `/pods/${failed.podId}`),
    own("activate-incomplete", "/activate"),
    own("billing-wallet", "/billing"),
    own("billing-statement", "/billing?tab=statement"),
    own("billing-usage", "/billing?tab=usage"),
    own("billing-invoices", "/billing?tab=invoices"),
    own("invoice", `/billing/invoices/${invoices[0]?.period}`),
    own("billing-cards", "/billing?tab=cards"),
    own("billing-plan", "/billing?tab=plan"),
    own("pay", "/pay?plan=pro&interval=year"),
    own("notifications", "/notifications"),
    own("account", "/account"),
  ];
}

/** Waits until a page shows what it has: a heading, and nothing that is still being read. */
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

export const WIDTHS = [1440, 768, 390] as const;
export const THEMES = ["light", "dark"] as const;
