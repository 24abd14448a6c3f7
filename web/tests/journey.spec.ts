// A newcomer's way from the landing page to a running pod and its end.

import { type Page } from "@playwright/test";
import {
  call,
  deploy,
  expect,
  expectState,
  freshEmail,
  linkIn,
  mail,
  PASSWORD,
  test,
  watch,
} from "./kit.ts";
import { settled } from "./pages.ts";

const PUBLIC_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBx4wmEhUMx9KcCLqBoE7Tz7zJ9kzS4Gz3Y0z2o8Q2pX ada@laptop";

/** The pod in the address. */
const podOf = (page: Page) => page.url().match(/pod_[0-9a-z]+/)?.[0] ?? "";

async function register(page: Page, email: string) {
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
}

const review = async (page: Page) => {
  await page.getByRole("button", { name: "Review and deploy" }).click();
  await expect(page).toHaveURL(/\/review\/quote_/);
};

test("@core a newcomer has a running pod, sees each cent, and ends it", async ({
  page,
  context,
}) => {
  const email = freshEmail();
  await page.goto("/");
  await page.getByRole("link", { name: "Find a GPU" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Browse GPUs" })).toBeVisible();
  await page.goto("/offers?gpu=RTX+4090");
  await page
    .getByRole("link", { name: /^Configure/ })
    .first()
    .click();

  // Deploying requires an account; afterwards the machine is still the one chosen.
  await expect(page).toHaveURL(/\/login/);
  await page.getByRole("link", { name: "Create one" }).click();
  await register(page, email);
  await expect(page).toHaveURL(/\/configure/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("RTX 4090");
  await page.getByLabel("Pod name").fill("my-first-pod");
  await page.getByRole("button", { name: "Add a key" }).click();
  await expect(page.getByLabel("Public key")).toBeFocused();
  await page.getByLabel("Public key").fill(PUBLIC_KEY);
  await page.getByLabel("Name", { exact: true }).fill("laptop");
  await page.getByRole("button", { name: "Add the key" }).dblclick();
  await expect(page.getByRole("checkbox", { name: /laptop/ })).toBeChecked();
  await review(page);
  const review1 = page.getByRole("main");
  for (const part of ["Machine", "Brokerage", "Hour", "Day", "Month"])
    await expect(review1.getByText(part).first()).toBeVisible();
  await page.getByRole("button", { name: /^Deploy at/ }).click();

  await expect(page).toHaveURL(/\/pods\/pod_/);
  await expect(page.getByRole("heading", { name: "Your pod is ready. Activate it" })).toBeVisible({
    timeout: 60_000,
  });
  const pod = podOf(page);
  const link = linkIn(await mail(page.request, email, "is ready"), "/activate");

  // The mail's link opens in its own tab; the first tab learns of the activation by itself.
  const second = await context.newPage();
  const errors: string[] = [];
  watch(second, errors);
  await second.goto(link);
  await second.getByRole("button", { name: "Activate" }).click();
  await expect(second.getByText(/^ssh -p/).first()).toBeVisible();
  await expect(second, "the link leads to the pod's own page").toHaveURL(/\/pods\/pod_/);
  expect(second.url(), "the token left the address").not.toContain("token=");
  expect(errors).toEqual([]);
  await second.close();
  await expect(page.getByText(/^ssh -p/).first()).toBeVisible();
  await page.getByRole("button", { name: "Copy SSH command" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^ssh -p \d+ \w+@/);
  await expect(page).toHaveTitle(/my-first-pod/);

  await page.getByRole("button", { name: /^End/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^End/ }).click();
  await expect(page.getByRole("main").getByText("Ended", { exact: true }).first()).toBeVisible({
    timeout: 60_000,
  });
  // A pod that ran for less than a second cost nothing; its hold and release are in the ledger.
  await page.goto("/billing?tab=statement&view=ledger");
  await expect(page.getByText("my-first-pod").first()).toBeVisible();
  expect(pod).toMatch(/^pod_/);
});

test("the whole journey can be made by keyboard alone", async ({ page }) => {
  const email = freshEmail();
  const press = (key: string, times = 1) =>
    Array.from({ length: times }).reduce<Promise<void>>(
      (before) => before.then(() => page.keyboard.press(key)),
      Promise.resolve(),
    );
  /** Tabs until the focus is on what `name` describes. */
  const tabTo = async (name: RegExp) => {
    for (let tries = 0; tries < 150; tries += 1) {
      const focused = await page.evaluate(() => {
        const at = document.activeElement as HTMLElement | null;
        if (!at?.matches("a, button, input, select")) return "";
        const labels =
          at instanceof HTMLInputElement
            ? [...(at.labels ?? [])].map((label) => label.innerText).join(" ")
            : "";
        return [at.getAttribute("aria-label"), labels, at.innerText].filter(Boolean).join(" ");
      });
      if (name.test(focused)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`no way by Tab to ${name}`);
  };
  await page.goto("/register?next=%2Foffers%3Fgpu%3DRTX%2B4090");
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("Ada Lovelace");
  await press("Tab");
  await page.keyboard.type(email);
  await press("Tab");
  await page.keyboard.type(PASSWORD);
  await press("Enter");
  await expect(page).toHaveURL(/\/offers/);
  await expect(page.getByRole("link", { name: /^Configure/ }).first()).toBeVisible();
  await tabTo(/^Configure/);
  await press("Enter");
  await expect(page.getByRole("button", { name: "Review and deploy" })).toBeEnabled();
  await tabTo(/Review and deploy/);
  await press("Enter");
  await expect(page).toHaveURL(/\/review\/quote_/);
  await expect(page.getByRole("button", { name: /^Deploy at/ })).toBeVisible();
  await tabTo(/^Deploy at/);
  await press("Enter");
  await expect(page).toHaveURL(/\/pods\/pod_/);
  await expect(page.getByRole("heading", { name: "Your pod is ready. Activate it" })).toBeVisible({
    timeout: 60_000,
  });
  await page.goto(linkIn(await mail(page.request, email, "is ready"), "/activate"));
  await expect(page.getByRole("button", { name: "Activate" })).toBeVisible();
  await tabTo(/^Activate$/);
  await press("Enter");
  await expect(page.getByText("Jupyter address").first()).toBeVisible();
  await tabTo(/Copy Jupyter address/);
  await press("Enter");
  await expect(page.getByText("Jupyter address copied.")).toBeVisible();

  // Ctrl K leads to the pod, and Escape gives the focus back.
  await press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("rtx-4090");
  await press("Enter");
  await expect(page).toHaveURL(/\/pods\/pod_/);
  await tabTo(/^End/);
  await press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await press("Escape");
  await expect(page.getByRole("button", { name: /^End/ })).toBeFocused();
  await press("Enter");
  await tabTo(/^End/);
  await press("Enter");
  await expect(page.getByRole("main").getByText("Ended", { exact: true }).first()).toBeVisible({
    timeout: 60_000,
  });
});

test("each step survives a reload", async ({ page, person }) => {
  const { offerId } = await deploy(page, person, "running", { name: "kept" });
  const keep = async (path: RegExp | string, shown: () => Promise<void>) => {
    await shown();
    await page.reload();
    await settled(page);
    await expect(page).toHaveURL(path);
    await shown();
  };
  await page.goto("/offers?gpu=H100&sort=price_asc&unit=day");
  await keep(/gpu=H100.*unit=day|unit=day.*gpu=H100/, async () => {
    await expect(page.getByRole("radio", { name: "Day" })).toBeChecked();
    await expect(page.getByRole("main").getByText(/H100/).first()).toBeVisible();
  });
  await page.goto(`/configure?offer=${offerId}`);
  await page.getByLabel("Pod name").fill("draft-of-mine");
  await expect(page).toHaveURL(/draft=/);
  await expect(page.getByText(/^Saved/).first()).toBeVisible();
  await keep(/draft=/, async () => {
    await expect(page.getByLabel("Pod name")).toHaveValue("draft-of-mine");
  });
  await review(page);
  await keep(/\/review\/quote_/, async () => {
    await expect(page.getByRole("button", { name: /^Deploy at/ })).toBeVisible();
  });
  await page.goto("/pay?plan=pro&interval=year");
  await keep(/interval=year/, async () => {
    await expect(page.getByRole("radio", { name: "Annual" })).toBeChecked();
  });
  await page.goto("/billing?tab=statement&view=ledger");
  await keep(/view=ledger/, async () => {
    await expect(page.getByRole("main").getByText("kept").first()).toBeVisible();
  });
  await page.goto("/pods");
  await keep("/pods", async () => {
    await expect(page.getByText("kept").first()).toBeVisible();
  });
});

test("a deploy in progress goes on over a reload", async ({ page, person }) => {
  const { podId } = await deploy(page, person, "opened", {
    scenario: "slow_start",
    name: "patient",
  });
  await page.goto(`/pods/${podId}`);
  await expect(page.getByRole("heading", { name: /^Step \d of 5/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: /^Step \d of 5/ })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Your pod is ready. Activate it" })).toBeVisible({
    timeout: 60_000,
  });
});

test.describe("after a deploy", () => {
  // The draft is gone, and going back to its page logs that.
  test.use({ expectedErrors: ["/pods/drafts/draft_"] });

  test("a double click deploys once, and back does not deploy again", async ({ page, person }) => {
    const { items } = await call<{ items: { offer: { id: string } }[] }>(
      page.request,
      person,
      "GET",
      "/offers?gpu=RTX+4090&limit=1",
    );
    await page.goto(`/configure?offer=${items[0]?.offer.id}`);
    await review(page);
    await page.getByRole("button", { name: /^Deploy at/ }).dblclick();
    await expect(page).toHaveURL(/\/pods\/pod_/);
    const pod = podOf(page);
    await page.goBack();
    await settled(page);
    const { items: pods } = await call<{ items: { id: string }[] }>(
      page.request,
      person,
      "GET",
      "/pods",
    );
    expect(pods.map(({ id }) => id)).toEqual([pod]);
    await expectState(page, person, pod, "ready");
  });
});
