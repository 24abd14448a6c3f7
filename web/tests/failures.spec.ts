// What goes wrong: prices that run out, clouds that are full, cards that are declined, money and
// connections that end.

import { type Page } from "@playwright/test";
import { call, deploy, expect, mail, type Person, runSchedule, test } from "./kit.ts";

async function quoteFor(page: Page, person: Person, query: string) {
  const { items } = await call<{ items: { offer: { id: string } }[] }>(
    page.request,
    person,
    "GET",
    `/offers?limit=1&${query}`,
  );
  return call<{ id: string; expires_at: string }>(page.request, person, "POST", "/pods/quotes", {
    offer_id: items[0]?.offer.id,
    template_id: "jupyter",
  });
}

test("an expired quote asks for a new price before it deploys", async ({ page, person }) => {
  test.setTimeout(150_000);
  const quote = await quoteFor(page, person, "gpu=RTX+4090");
  await page.goto(`/review/${quote.id}?name=late`);
  await expect(page.getByText("Price held for")).toBeVisible();
  const renew = page.getByRole("button", { name: "Get a new price" });
  await expect(renew).toBeVisible({ timeout: 75_000 });
  await expect(page.getByRole("button", { name: /^Deploy at/ })).toBeDisabled();
  await renew.click();
  await expect(page).not.toHaveURL(new RegExp(quote.id));
  await page.getByRole("button", { name: /^Deploy at/ }).click();
  await expect(page).toHaveURL(/\/pods\/pod_/);
});

test("@core a cloud without capacity is replaced by the next, and the page shows both", async ({
  page,
  person,
}) => {
  const { podId } = await deploy(page, person, "opened", {
    offers: { gpu: "RTX 4090", gpu_count: "1", sort: "price_desc" },
    scenario: "first_offer_sold_out",
    name: "second-choice",
  });
  await page.goto(`/pods/${podId}`);
  await expect(page.getByRole("heading", { name: "Your pod is ready. Activate it" })).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText(/no capacity/).first()).toBeVisible();
  const { attempts } = await call<{ attempts: { outcome: string }[] }>(
    page.request,
    person,
    "GET",
    `/pods/${podId}`,
  );
  expect(attempts.map(({ outcome }) => outcome)).toEqual(["refused", "launched"]);
});

test("a deploy that fails says why, and that nothing was charged", async ({ page, person }) => {
  const { podId } = await deploy(page, person, "opened", { scenario: "all_offers_sold_out" });
  await page.goto(`/pods/${podId}`);
  await expect(page.getByRole("heading", { name: "The deploy failed" })).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText(/Nothing was charged/).first()).toBeVisible();
  await page
    .getByRole("main")
    .getByRole("link", { name: /^Browse RTX/ })
    .click();
  await expect(page).toHaveURL(/\/offers\?gpu=/);
});

test.describe("a card", () => {
  test.use({ expectedErrors: ["402"] });

  test("@core that is declined takes nothing, and another one pays", async ({ page, person }) => {
    await page.goto("/pay?plan=pro&interval=month");
    const fill = async (number: string) => {
      await page.getByLabel("Card number").fill(number);
      await page.getByLabel("Expires").fill("12/34");
      await page.getByLabel("CVC").fill("123");
      const holder = page.getByLabel("Name on the card");
      if ((await holder.count()) > 0) await holder.fill("Ada Lovelace");
      await page.getByLabel(/^Keep this card/).check();
      await page.getByRole("button", { name: /^Pay/ }).click();
    };
    await fill("4000 0000 0000 0002");
    await expect(page.getByRole("alert").first()).toContainText(/declined/i);
    expect(
      (await call<{ plan: { id: string } }>(page.request, person, "GET", "/auth/me")).plan.id,
    ).toBe("free");
    await fill("4242 4242 4242 4242");
    await expect(page).toHaveURL(/\/overview/, { timeout: 30_000 });
    expect(
      (await call<{ plan: { id: string } }>(page.request, person, "GET", "/auth/me")).plan.id,
    ).toBe("pro");
  });
});

test("a wallet that runs out ends the pod before it ends the money, and says so", async ({
  page,
  person,
}) => {
  // One hour of this machine leaves less of the sandbox's fifty dollars than another hour costs.
  const dear = { price_max_usd_micros_per_hour: "49000000", sort: "price_desc" };
  const { podId } = await deploy(page, person, "running", { name: "long-run", offers: dear });
  interface Current {
    state: string;
    funded_until: string;
    reason: { code: string; message: string } | null;
    price: { rate_usd_micros_per_hour: number };
  }
  const current = () => call<Current>(page.request, person, "GET", `/pods/${podId}`);
  const { price } = await current();
  const wallet = () =>
    call<{ available_usd_micros: number }>(page.request, person, "GET", "/billing/wallet");
  expect((await wallet()).available_usd_micros).toBeLessThan(price.rate_usd_micros_per_hour);
  await page.goto(`/pods/${podId}`);
  await expect(page.getByText("Jupyter address").first()).toBeVisible();

  // Whatever is left in the wallet keeps it for some more minutes; how many depends on the price.
  const ended = async () => {
    const { state, funded_until: until } = await current();
    if (state === "running")
      await runSchedule("every-pod-sweep", new Date(Date.parse(until) - 30_000));
    return state;
  };
  await expect
    .poll(ended, { timeout: 30_000, intervals: [1_000] })
    .toMatch(/^(stopped|terminated)$/);
  const { reason } = await current();
  expect(reason?.code).toBe("funds_exhausted");
  await expect(page.getByText(reason?.message ?? "no reason").first()).toBeVisible();
  await expect(
    page
      .getByRole("main")
      .getByText(/^(Stopped|Ended)$/)
      .first(),
  ).toBeVisible();
  await mail(page.request, person.email, /long-run (is stopped|has ended)/);
  expect((await wallet()).available_usd_micros).toBeGreaterThanOrEqual(0);
});

test("two tabs agree without a reload", async ({ page, person, context }) => {
  const { podId } = await deploy(page, person, "running", { name: "shared" });
  const other = await context.newPage();
  await page.goto(`/pods/${podId}`);
  await other.goto("/pods");
  await expect(other.getByRole("main").getByText("Running").first()).toBeVisible();
  await page.getByRole("button", { name: /^End/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^End/ }).click();
  await expect(
    other
      .getByRole("main")
      .getByText(/^(Ending|Ended)/)
      .first(),
  ).toBeVisible({ timeout: 20_000 });
  await page
    .getByRole("button", { name: "Your account" })
    .or(page.getByRole("button", { name: /account/i }))
    .first()
    .click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(other).toHaveURL(/\/login/);
});

test.describe("a lost connection", () => {
  test.use({ expectedErrors: ["ERR_INTERNET_DISCONNECTED", "WebSocket"] });

  test("is said, keeps what was there, and heals by itself", async ({ page, person, context }) => {
    const { podId } = await deploy(page, person, "running", { name: "offline" });
    await page.goto("/pods");
    await expect(page.getByText("live", { exact: true }).first()).toBeVisible();
    await context.setOffline(true);
    await expect(page.getByText(/You are offline/)).toBeVisible();
    await expect(page.getByText("offline", { exact: true }).first()).toBeVisible();
    await context.setOffline(false);
    await call(page.request, person, "DELETE", `/pods/${podId}`);
    await expect(page.getByText(/You are offline/)).toBeHidden();
    await expect(
      page
        .getByRole("main")
        .getByText(/^(Ending|Ended)/)
        .first(),
    ).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText("live", { exact: true }).first()).toBeVisible();
  });
});
