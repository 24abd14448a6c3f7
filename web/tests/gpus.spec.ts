// The public pages of GPUs: for people who search the price of one, before any account.

import { expect, test } from "./kit.ts";

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a GPU's page shows list prices and calls them that", async ({ page }) => {
    await page.goto("/gpus/h100-sxm/");
    await expect(page).toHaveTitle(/^H100 SXM price per hour/);
    // What is rendered; Playwright's own text leaves out what stands in a `noscript`.
    const text = await page.locator("article").innerText();
    expect(text).toMatch(/List prices of the clouds, without our fee, as of \d+ \w+ \d{4}/);
    expect(text.match(/\$\d+\.\d\d/g)?.length).toBeGreaterThan(20);
    await expect(page.locator("[data-waiting]")).toBeHidden();
  });
});

test("a GPU's page shows the prices of now, as the API has them, and leads to the offers", async ({
  page,
}) => {
  await page.goto("/gpus/");
  await page.getByRole("link", { name: "H100 SXM", exact: true }).click();
  await expect(page).toHaveURL(/\/gpus\/h100-sxm\/$/);
  await expect(page.locator("[data-taken]")).toContainText("Prices include our fee");
  const { items } = await (
    await page.request.get(
      "/api/v2/offers?gpu=H100+SXM&group=cloud&spot=any&gpu_count_min=1&sort=price_asc&limit=100",
    )
  ).json();
  await expect(page.locator("tbody tr")).toHaveCount(items.length);
  await page.getByRole("link", { name: "Browse H100 SXM offers" }).click();
  await expect(page).toHaveURL(/\/offers\?gpu=H100\+SXM$/);
  await expect(page.getByRole("link", { name: /^Configure H100 SXM at / }).first()).toBeVisible();
});

test.describe("a GPU that there is not", () => {
  test.use({ expectedErrors: ["/gpus/h100-sxl/"] });

  test("is a 404 within the console's frame", async ({ page }) => {
    const answer = await page.goto("/gpus/h100-sxl/");
    expect(answer?.status()).toBe(404);
    await expect(page.getByText("This page does not exist")).toBeVisible();
  });
});
