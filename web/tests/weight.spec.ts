// How many bytes, gzipped, a page needs before it can be used: the budgets of the design.

import { gzipSync } from "node:zlib";
import { expect, type Page } from "@playwright/test";
import { test } from "./kit.ts";
import { settled } from "./pages.ts";

const KB = 1_024;

async function weigh(page: Page, path: string): Promise<{ js: number; css: number }> {
  const sums = { js: 0, css: 0 };
  const bodies: Promise<void>[] = [];
  page.on("response", (response) => {
    const kind = { script: "js", stylesheet: "css" }[response.request().resourceType()] as
      keyof typeof sums | undefined;
    if (kind)
      bodies.push(
        response.body().then((body) => {
          sums[kind] += gzipSync(body).length;
        }),
      );
  });
  await page.goto(path);
  await settled(page);
  await Promise.all(bodies);
  console.log(
    `${path} at ${page.viewportSize()?.width}: ${(sums.js / KB).toFixed(1)} KB of scripts, ` +
      `${(sums.css / KB).toFixed(1)} KB of styles, gzipped`,
  );
  expect(sums.js, "scripts were seen").toBeGreaterThan(0);
  return sums;
}

test("@core the landing page's scripts are at most 5 KB", async ({ page }) => {
  expect((await weigh(page, "/")).js).toBeLessThanOrEqual(5 * KB);
});

for (const [width, most] of [
  [390, 175],
  [1440, 215],
] as const) {
  test(`@core the console's first page is at most ${most} KB at ${width}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    const { js, css } = await weigh(page, "/offers?gpu=H100");
    expect(js + css).toBeLessThanOrEqual(most * KB);
  });
}
