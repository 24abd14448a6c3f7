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
    const board = page.getByRole("region", { name: "Best price now" });
    await expect(board.getByRole("row")).toHaveCount(8);
    await expect(board.getByRole("row").nth(1)).toContainText(/\$\d+\.\d\d/);
    expect(await page.locator("[data-lowest]").count()).toBeGreaterThanOrEqual(20);
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
  await expect(page.getByText("SANDBOX", { exact: true })).toBeVisible();
});

test("the theme is kept", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  await page.getByRole("button", { name: "Change between light and dark" }).click();
  await page.goto("/offers");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
