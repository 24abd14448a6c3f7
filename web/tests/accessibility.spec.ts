// axe on every page × theme × width: no violation, no sideways scrolling; and Lighthouse's score.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import lighthouse from "lighthouse";
import playwright from "../playwright.config.ts";
import { expect, signUp, test } from "./kit.ts";
import { furnish, NOWHERE, paint, settled, STRANGER, THEMES, WIDTHS } from "./pages.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES_AT_LEAST = 90; // What axe 4.14 runs when nothing is disabled.

async function examine(page: Page, name: string) {
  await page.evaluate(AXE);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const theme of THEMES) {
      await paint(page, theme);
      await page.waitForTimeout(200); // Colours change over 150 ms.
      const found = await page.evaluate(() =>
        (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
      );
      const rules = new Set(
        [...found.passes, ...found.inapplicable, ...found.incomplete, ...found.violations].map(
          ({ id }) => id,
        ),
      );
      expect
        .soft(
          found.violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`,
          ),
          `${name} ${width} ${theme}`,
        )
        .toEqual([]);
      expect(rules.size, `rules that ran on ${name}`).toBeGreaterThanOrEqual(RULES_AT_LEAST);
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect.soft(over, `${name} ${width} scrolls sideways`).toBeLessThanOrEqual(0);
    }
  }
}

test.describe("strangers", () => {
  test.use({ expectedErrors: [NOWHERE] });

  test("have pages without an accessibility violation", async ({ page }) => {
    test.setTimeout(640_000);
    for (const { name, path } of STRANGER) {
      await page.goto(path);
      await settled(page);
      await examine(page, name);
    }
  });
});

test("a person's pages have no accessibility violation", async ({ page, person }) => {
  test.setTimeout(880_000);
  for (const { name, path } of await furnish(page, person)) {
    await page.goto(path);
    await settled(page);
    await examine(page, name);
  }
});

test("Lighthouse gives accessibility 100 to landing and console", async ({}, info) => {
  test.setTimeout(320_000);
  const port = 9300 + info.workerIndex;
  const { launchOptions, baseURL } = playwright.use ?? {};
  const context = await chromium.launchPersistentContext("", {
    ...launchOptions,
    baseURL,
    args: [...(launchOptions?.args ?? []), `--remote-debugging-port=${port}`],
  });
  try {
    const page = await context.newPage();
    await signUp(page);
    await page.goto("/overview");
    await settled(page);
    for (const path of [
      "/",
      "/gpus/h100/",
      "/docs.html",
      "/overview",
      "/offers",
      "/clouds",
      "/billing",
    ]) {
      const result = await lighthouse(new URL(path, baseURL).href, {
        port,
        onlyCategories: ["accessibility"],
        logLevel: "silent",
        disableStorageReset: true,
      });
      const failed = Object.values(result?.lhr.audits ?? {})
        .filter((audit) => audit.score === 0)
        .map((audit) => audit.id);
      expect(failed, path).toEqual([]);
      expect(result?.lhr.categories.accessibility?.score, path).toBe(1);
    }
  } finally {
    await context.close();
  }
});
