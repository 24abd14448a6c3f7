// The LIVE tenant: its own name and colours, no strip, and nothing real happens without typing a
// name.

import { expect, freshEmail, mail, PASSWORD, test } from "./kit.ts";

/** Clouds to choose among. */
const CLOUDS_MIN = 20;
const CHOSEN = "Hyperstack";

test("@core in LIVE the brand is the tenant's, money is real, and a deploy wants its name typed", async ({
  page,
  baseURL,
}) => {
  test.setTimeout(180_000);
  const email = freshEmail();
  const at = (path: string) => `http://live.localhost:${new URL(baseURL ?? "").port}${path}`;
  await page.goto(at("/register"));
  await expect(page.locator("html")).toHaveAttribute("data-mode", "live");
  await expect(page.getByText("SANDBOX")).toHaveCount(0);
  expect(
    await page.evaluate(() =>
      getComputedStyle(document.documentElement).getPropertyValue("--brand"),
    ),
  ).toBe("#3b36d1");
  await page.getByLabel("Name").fill("Grace Hopper");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  const code =
    (await mail(page.request, email, "verification code")).text.match(/\b\d{6}\b/)?.[0] ?? "";
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: /Verify/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Browse GPUs" })).toBeVisible();

  await page.goto(at("/billing"));
  await page
    .getByRole("button", { name: "$100" })
    .or(page.getByRole("radio", { name: "$100" }))
    .first()
    .click({ force: true });
  await page.getByLabel("Card number").fill("4242 4242 4242 4242");
  await page.getByLabel("Expires").fill("12/34");
  await page.getByLabel("CVC").fill("123");
  await page.getByLabel("Name on the card").fill("Grace Hopper");
  await page.getByRole("button", { name: /^Pay/ }).click();
  const dialog = page.getByRole("dialog");
  const word = await dialog.locator("strong.font-mono").textContent();
  await dialog.getByRole("button", { name: /^(Pay|Add)/ }).click();
  await expect(dialog.getByRole("alert")).toContainText("Type");
  expect(word).toBe("$100.00");
  await dialog.getByRole("textbox").fill("100");
  await dialog.getByRole("button", { name: /^(Pay|Add)/ }).click();
  await expect(page.getByText("$100.00").first()).toBeVisible({ timeout: 30_000 });

  await page.goto(at("/clouds"));
  const clouds = page.getByRole("table").getByRole("rowheader");
  await expect(clouds.nth(CLOUDS_MIN - 1)).toBeVisible();
  await page.getByRole("link", { name: CHOSEN, exact: true }).click();
  await expect(page).toHaveURL(/\/offers\?.*hyperstack/);
  await page
    .getByRole("link", { name: /^Configure/ })
    .first()
    .click();
  await expect(page.getByRole("main")).toContainText(CHOSEN);
  await page.getByLabel("Pod name").fill("real-thing");
  await page.getByRole("button", { name: "Review and deploy" }).click();
  await page.getByRole("button", { name: /^Deploy at/ }).click();
  const asked = page.getByRole("dialog");
  await expect(asked).toContainText("This is LIVE");
  await asked.getByRole("button", { name: /^Deploy at/ }).click();
  await expect(asked.getByRole("alert")).toHaveText("Type real-thing to confirm.");
  await asked.getByRole("textbox").fill("real-thing");
  await asked.getByRole("button", { name: /^Deploy at/ }).click();
  await expect(page).toHaveURL(/\/pods\/pod_/);
  await expect(page.getByRole("heading", { name: "Your pod is ready. Activate it" })).toBeVisible({
    timeout: 90_000,
  });
  await page.getByRole("button", { name: /^(End|Cancel)/ }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("real-thing");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^(End|Cancel)/ })
    .click();
  await expect(
    page
      .getByRole("main")
      .getByText(/^(Ended|Failed|Cancelled)/)
      .first(),
  ).toBeVisible({ timeout: 60_000 });
});
