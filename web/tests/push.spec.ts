// What a push does to a page in use: rows change in place, the focus stays, a silent connection is
// reported.

import { deploy, expect, test } from "./kit.ts";
import { settled } from "./pages.ts";

test("a push changes an offer's row in place and moves neither focus nor scroll", async ({
  page,
  person,
}) => {
  expect(person.email).not.toBe("");
  let push: ((frame: object) => void) | undefined;
  await page.routeWebSocket(/\/ws/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => socket.send(message));
    push = (frame) => socket.send(JSON.stringify(frame));
  });
  // Prices do not change by themselves here: the second answer is the server's own with one price
  // replaced.
  let dearer = false;
  await page.route(/\/api\/v2\/offers\?/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    if (dearer) body.items[2].offer.rate_usd_micros_per_hour = 987_650_000;
    await route.fulfill({ response, json: body });
  });
  await page.goto("/offers?gpu=H100");
  await settled(page);
  await expect(page.getByText("live", { exact: true }).first()).toBeVisible();
  const configure = page.getByRole("link", { name: /^Configure/ }).nth(4);
  await configure.focus();
  const focused = await configure.getAttribute("href");
  const top = await page.evaluate(() => window.scrollY);
  dearer = true;
  push?.({
    type: "offers.changed",
    mode: "SANDBOX",
    snapshot_id: "snap_7zzzzzzzzzzzzzzzzzzzzzzzzz",
  });
  await expect(page.getByText("$987.65").first()).toBeVisible();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe(focused);
  expect(await page.evaluate(() => window.scrollY)).toBe(top);
});

test("a minute without a word is said, and ends when the connection is back", async ({
  page,
  person,
}) => {
  test.setTimeout(150_000);
  expect(person.email).not.toBe("");
  let deaf = false;
  await page.routeWebSocket(/\/ws/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (!deaf) socket.send(message);
    });
    socket.onMessage((message) => {
      if (!deaf) server.send(message);
    });
  });
  await page.goto("/pods");
  await expect(page.getByText("live", { exact: true }).first()).toBeVisible();
  deaf = true;
  await expect(page.getByText(/Live updates have stopped/)).toBeVisible({ timeout: 90_000 });
  await expect(page.getByText("stale", { exact: true }).first()).toBeVisible();
  deaf = false;
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(page.getByText(/Live updates have stopped/)).toBeHidden({ timeout: 30_000 });
  await expect(page.getByText("live", { exact: true }).first()).toBeVisible();
});

test.describe("an act", () => {
  test.use({ expectedErrors: ["503"] });

  test("that the server refuses is rolled back and said once", async ({ page, person }) => {
    const { podId } = await deploy(page, person, "running", { name: "stays" });
    await page.route(`**/api/v2/pods/${podId}`, async (route) => {
      if (route.request().method() !== "DELETE") return route.fallback();
      return route.fulfill({
        status: 503,
        json: {
          error: {
            code: "unavailable",
            message: "The broker is busy. Try again in a moment.",
            request_id: "r",
          },
        },
      });
    });
    await page.goto("/pods");
    await page.getByRole("button", { name: /^End/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: /^End/ }).click();
    await expect(
      page.getByText("The broker is busy. Try again in a moment.").first(),
    ).toBeVisible();
    await expect(page.getByRole("main").getByText("Running").first()).toBeVisible();
  });
});
