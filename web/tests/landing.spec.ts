// The landing page: prices and plans before any account, with and without JavaScript.

import { expect, test } from "./kit.ts";

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("@core prices, clouds and plans can be read, and the plan switch works", async ({
    page,
  }) => {
    await page.goto("/");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(
      "Every GPU cloud. One price board.",
    );
    const board = page.getByRole("region", { name: "Best price on demand" });
    await expect(board.getByRole("row")).toHaveCount(8);
    // Nobody's own prices, but the clouds' public ones, and nothing of a mode nobody knows.
    // Playwright's own text leaves out what stands in a `noscript`; what is rendered has it.
    const text = await board.innerText();
    expect(text).toMatch(/list prices of \d+ \w+ \d{4}/);
    expect(text.match(/\$\d+\.\d\d\d?\s+list price/g)).toHaveLength(7);
    const strip = page.locator("noscript p").first();
    expect(await strip.innerText()).toMatch(/^JavaScript is off/);
    await expect(strip).toBeInViewport();
    expect(await page.locator("[data-lowest]").count()).toBeGreaterThanOrEqual(20);
    await expect(page.locator("[data-lowest]:not(:empty)")).toHaveCount(0);
    const pro = page.locator('[data-plan="pro"]');
    await expect(pro.getByText("$29", { exact: true })).toBeVisible();
    await page.getByText("Annual").click();
    await expect(pro.getByText("$290 billed once a year")).toBeVisible();
    await expect(pro.getByText("$29", { exact: true })).toBeHidden();
  });
});

test("the plan switch works by keyboard and without a reload, and carries the choice over", async ({
  page,
}) => {
  await page.goto("/");
  await page.evaluate(() => {
    document.title = "still here";
  });
  await page.getByLabel("Monthly").focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText("$4,990 billed once a year")).toBeVisible();
  expect(await page.title()).toBe("still here");
  await page.getByRole("link", { name: "Start with Pro" }).click();
  await expect(page).toHaveURL(/\/register\?plan=pro&interval=year$/);
});

test("@core the board shows the prices of now, as the API has them", async ({ page }) => {
  await page.goto("/");
  await expect(page.locator("[data-taken]")).toContainText("updated");
  const { items } = await (await page.request.get("/api/v2/providers/featured")).json();
  for (const { family, rate_per_gpu_usd_micros_per_hour: rate } of items.slice(0, 7)) {
    const shown = await page.locator(`[data-family="${family}"] [data-rate]`).textContent();
    expect(Number(shown?.replace("$", "")), family).toBeCloseTo(rate / 1e6, 2);
  }
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await expect(page.getByText("SANDBOX", { exact: true })).toBeInViewport();
});

test("browsing begins with a choice, and the SANDBOX strip stays while a page scrolls", async ({
  page,
}) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Find a GPU" }).click();
  await expect(page.getByRole("heading", { name: "Popular GPUs" })).toBeVisible();
  await expect(page.getByRole("link", { name: /^Configure/ })).toHaveCount(0);
  await page.getByRole("link", { name: /^H100 .*from \$/ }).click();
  await expect(page).toHaveURL(/gpu=H100&gpu_count=1/);
  await expect(page.getByText("Best value").first()).toBeVisible();
  await page
    .getByRole("link", { name: /^Configure/ })
    .last()
    .scrollIntoViewIfNeeded();
  await expect(page.getByText("SANDBOX", { exact: true })).toBeInViewport();
});

test.describe("an address that leads nowhere", () => {
  test.use({ expectedErrors: ["/pods/nothing/here"] });

  test("is a 404 within the console's frame", async ({ page }) => {
    const answer = await page.goto("/pods/nothing/here");
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
    await expect(page.getByText("This page does not exist")).toBeVisible();
  });
});

test("the theme is kept", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  await page.getByRole("button", { name: "Change between light and dark" }).click();
  await page.goto("/offers");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
