// Browsing as people do it: by workload, machine by machine, with help where nothing matches.

import { expect } from "@playwright/test";
import { test } from "./kit.ts";
import { settled } from "./pages.ts";

test("a machine unfolds to the clouds that sell it, the cheapest first, by keyboard", async ({
  page,
}) => {
  await page.goto("/offers?gpu=H100&gpu_count=1");
  await settled(page);
  const unfold = page.getByRole("button", { name: /more clouds? with/ }).first();
  const more = Number((await unfold.textContent())?.match(/\d+/)?.[0]);
  await unfold.focus();
  await page.keyboard.press("Enter");
  const fold = page.getByRole("button", { name: /Fewer clouds with/ });
  await expect(fold).toHaveAttribute("aria-expanded", "true");
  const nested = page.locator("tbody tr.border-b td.bg-sunk:nth-of-type(5)");
  await expect(nested).toHaveCount(more);
  const prices = (await nested.allTextContents()).map((text) => Number(text.match(/[\d.]+/)?.[0]));
  expect(prices).toEqual([...prices].sort((one, other) => one - other));
  await fold.press("Enter");
  await expect(nested).toHaveCount(0);
});

test("a model's size decides which machines are shown, and a link says the same", async ({
  page,
}) => {
  await page.goto("/offers");
  await page.getByRole("link", { name: /^Run 70B in 8 bit/ }).click();
  await expect(page).toHaveURL(/workload=run/);
  await page.getByRole("button", { name: "Workload: Run 70B in 8 bit" }).click();
  await expect(page.getByText(/Needs 80 GiB/)).toBeVisible();
  await page.getByLabel("Billions of parameters").fill("405");
  await expect(page).toHaveURL(/billions=405/);
  await page.reload();
  await settled(page);
  await page.getByRole("button", { name: "Workload: Run 405B in 8 bit" }).click();
  await expect(page.getByText(/Needs 450 GiB/)).toBeVisible();
});

test("when nothing matches, one filter less gives as many as it says", async ({ page }) => {
  await page.goto("/offers?gpu=H100&price=0.01");
  const way = page.getByRole("button", { name: /^Any price/ });
  const machines = (await way.textContent())?.match(/(\d+) machines/)?.[1];
  await way.click();
  await expect(page.getByRole("status").filter({ hasText: `${machines} machines` })).toBeVisible();
});

test("machines are compared side by side, and the comparison survives a reload", async ({
  page,
}) => {
  await page.goto("/offers?gpu=H100&gpu_count=1");
  await settled(page);
  await page
    .getByRole("button", { name: /^Compare H100/ })
    .first()
    .click();
  await page
    .getByRole("button", { name: /^Compare H100/ })
    .nth(1)
    .click();
  await page.reload();
  await settled(page);
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Side by side" });
  await expect(dialog.getByRole("columnheader")).toHaveCount(3);
  await expect(dialog.getByRole("row", { name: /^Price an hour/ })).toContainText("the best");
  await dialog
    .getByRole("button", { name: /^Take out/ })
    .first()
    .click();
  await expect(dialog.getByRole("columnheader")).toHaveCount(2);
});

test("from an offer to how its price moved, by days that are kept in the address", async ({
  page,
}) => {
  await page.goto("/offers?gpu=H100&gpu_count=1");
  await page.getByRole("link", { name: "How this price moved" }).click();
  await expect(page).toHaveURL(/\/offers\/off_[0-9a-f]{20}$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("H100");
  await expect(page.getByText("Now, per hour")).toBeVisible();
  await page.getByRole("radio", { name: "7 days" }).check({ force: true });
  await expect(page).toHaveURL(/\?days=7$/);
  await page.getByText(/as a table$/).click();
  await expect(page.getByRole("table").getByText("first price")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("radio", { name: "7 days" })).toBeChecked();
});

test("from the clouds to the offers of one", async ({ page }) => {
  await page.goto("/clouds");
  await page.getByRole("button", { name: "From, per hour" }).click();
  await expect(page).toHaveURL(/\?sort=price$/);
  await page.getByRole("link", { name: "Browse the offers of Vultr" }).click();
  await expect(page).toHaveURL(/\/offers\?provider=vultr&sort=price_asc$/);
  await expect(page.getByRole("link", { name: /^Configure .* at Vultr/ }).first()).toBeVisible();
});
