// Nothing on the first page moves while it loads: what comes later has its place from the start.

import { expect, type Page } from "@playwright/test";
import { deploy, test } from "./kit.ts";
import { settled } from "./pages.ts";

/** What counts as good. <https://web.dev/articles/cls> is 0.1; ours is half of that. */
const SHIFT_MAX = 0.05;

async function shiftOf(page: Page, path: string): Promise<number> {
  await page.addInitScript(() => {
    const sum = { shift: 0 };
    Object.assign(window, { sum });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[])
        if (!entry.hadRecentInput) sum.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(path);
  await settled(page);
  await page.waitForLoadState("networkidle").catch(() => undefined);
  return page.evaluate(() => (window as unknown as { sum: { shift: number } }).sum.shift);
}

for (const width of [1440, 390]) {
  test(`the overview of a running pod does not move at ${width}`, async ({ page, person }) => {
    await page.setViewportSize({ width, height: 900 });
    await deploy(page, person, "running", { name: "steady" });
    expect(await shiftOf(page, "/overview")).toBeLessThan(SHIFT_MAX);
  });
}
