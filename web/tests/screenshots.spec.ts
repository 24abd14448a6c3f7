// Pictures of every page × theme × width for people to look at: `make screenshots` writes them to
// `screenshots/`, and those that README.md shows to `docs/pictures/` of the checkout.

import { type Page } from "@playwright/test";
import { test } from "./kit.ts";
import { furnish, NOWHERE, paint, settled, STRANGER, THEMES, WIDTHS } from "./pages.ts";

/** The pages that README.md shows, and the names of their pictures there. */
const SHOWN: Record<string, string> = { landing: "landing", "pod-running": "pod" };

async function shoot(page: Page, name: string) {
  const shown = SHOWN[name];
  if (shown) {
    await page.setViewportSize({ width: 1200, height: 750 });
    await paint(page, "light");
    await page.waitForTimeout(300);
    await page.screenshot({ path: `../docs/pictures/${shown}.png` });
  }
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const theme of THEMES) {
      await paint(page, theme);
      await page.waitForTimeout(300);
      await page.screenshot({ path: `screenshots/${name}-${theme}-${width}.png`, fullPage: true });
    }
  }
}

test.describe("strangers", () => {
  test.use({ expectedErrors: [NOWHERE] });

  test("@screenshots of their pages", async ({ page }) => {
    test.setTimeout(560_000);
    for (const { name, path } of STRANGER) {
      await page.goto(path);
      await settled(page);
      await shoot(page, name);
    }
  });
});

test("@screenshots of a person's pages", async ({ page, person }) => {
  test.setTimeout(680_000);
  for (const { name, path } of await furnish(page, person)) {
    await page.goto(path);
    await settled(page);
    await shoot(page, name);
  }
});
