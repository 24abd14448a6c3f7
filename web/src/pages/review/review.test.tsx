import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { burnRate, hoursLeft } from "../../nouns/money/burn.ts";
import { at, samplePod } from "../../nouns/pod/sample.ts";
import { span } from "../../lib/time.ts";
import { learnTenant } from "../../ui/tenant.ts";
import { closeApp, openApp, type Sent } from "../../shell/test-app.tsx";

const PRICE = samplePod().price;
const ME = { user_id: "usr_1", email: "ada@example.com", name: "Ada", plan: { id: "pro" } };
const WALLET = {
  mode: "SANDBOX",
  available_usd_micros: 5_000_000,
  cash_usd_micros: 5_000_000,
  granted_usd_micros: 0,
  grants: [],
  held_usd_micros: 1_000_000,
  holds: [],
  credit_limit_usd_micros: 0,
};
const quote = (id: string, ssh_keys: number) => ({
  id,
  mode: "SANDBOX",
  offer_id: "off_1",
  provider: "runpod",
  instance_type: "x",
  region: "eu",
  gpu: "RTX 4090",
  template_id: "ssh",
  template_name: "Ubuntu with SSH",
  disk_gib: 50,
  ssh_keys,
  any_region: false,
  relaunch: false,
  offer_simulated: [],
  price: PRICE,
  hold_usd_micros: 360_000,
  created_at: new Date().toISOString(),
  expires_at: new Date(Date.now() + 60_000).toISOString(),
  pod_id: null,
});
const KEY = { id: "key_1", name: "laptop", public_key: "ssh-ed25519 A", fingerprint: "SHA256:a" };
const RUNNING = samplePod({ id: "pod_9", state: "running", running_at: at(0), quote_id: "q9" });

const api = (more: Record<string, (sent: Sent) => unknown> = {}) => ({
  "GET /auth/me": () => ME,
  "GET /billing/wallet": () => WALLET,
  "GET /pods": () => ({ items: [RUNNING] }),
  "GET /pods/templates": () => ({
    items: [{ id: "ssh", name: "Ubuntu with SSH", readiness: "ssh_banner" }],
  }),
  "GET /ssh-keys": () => ({ items: [{ ...KEY, created_at: at(0) }] }),
  "GET /pods/quotes/quote_1": () => quote("quote_1", 0),
  ...more,
});
const show = (more = {}, search = "?name=mine") =>
  openApp(`/review/quote_1${search}`, api(more), { signedIn: true });
const deployButton = () => screen.findByRole("button", { name: /^Deploy at/ });

beforeEach(() => learnTenant({ id: "ten_1", name: "demo", mode: "SANDBOX", branding: null }));
afterEach(closeApp);

test("whoever takes any region reads it before they deploy", async () => {
  await show({ "GET /pods/quotes/quote_1": () => ({ ...quote("quote_1", 0), any_region: true }) });
  const line = await screen.findByText("If the region is full");
  expect(line.nextElementSibling?.textContent).toBe("Any other region will do");
});

test("whoever keeps the region reads nothing of another", async () => {
  await show();
  await screen.findByText("What you deploy");
  expect(screen.queryByText("If the region is full")).toBeNull();
});

test("whoever has a lost pod deployed again reads what that means before they deploy", async () => {
  await show({ "GET /pods/quotes/quote_1": () => ({ ...quote("quote_1", 0), relaunch: true }) });
  const line = await screen.findByText("If the cloud takes it away");
  expect(line.nextElementSibling?.textContent).toBe("Deployed again at this price");
  expect(screen.getByText(/from the moment it answers, without being asked again/)).toBeTruthy();
});

test("whoever does not reads nothing of it", async () => {
  await show();
  await screen.findByText("What you deploy");
  expect(screen.queryByText(/If the cloud takes/)).toBeNull();
});

test("how long the money lasts counts all pods and this one", async () => {
  await show();
  const lasts = await screen.findByText("Lasts for, with all your pods");
  const burn = burnRate([RUNNING]) + PRICE.rate_usd_micros_per_hour;
  const hours = hoursLeft(WALLET, burn) ?? 0;
  expect(lasts.nextElementSibling?.textContent).toBe(`about ${span(hours * 3600)}`);
});

test("a pod still to be activated is named beside the button, which waits for it", async () => {
  await show({
    "GET /pods": () => ({ items: [samplePod({ id: "pod_7", state: "ready", quote_id: "q7" })] }),
  });
  const link = await screen.findByRole("link", { name: "Activate llama" });
  expect(link.getAttribute("href")).toBe("/pods/pod_7");
  expect(await deployButton()).toHaveProperty("disabled", true);
});

test("too little money leads to a top-up of no less than the minimum, and back here", async () => {
  await show({ "GET /billing/wallet": () => ({ ...WALLET, available_usd_micros: 100_000 }) });
  const link = await screen.findByRole("link", { name: "Top up $5.00" });
  const address = new URL(link.getAttribute("href") ?? "", location.origin);
  expect(address.pathname).toBe("/billing");
  expect(address.searchParams.get("amount")).toBe("5");
  expect(address.searchParams.get("next")).toBe("/review/quote_1?name=mine");
  expect(await deployButton()).toHaveProperty("disabled", true);
});

test("a key chosen on the review is kept in the draft and takes a new price", async () => {
  const drafts: unknown[] = [];
  const { log, router } = await show({
    "GET /pods/quotes/quote_1": () => ({ ...quote("quote_1", 0), relaunch: true }),
    "POST /pods/quotes": () => [201, quote("quote_2", 1)],
    "GET /pods/quotes/quote_2": () => quote("quote_2", 1),
    "POST /pods/drafts": ({ body }: Sent) => {
      drafts.push(body);
      return [201, { id: "draft_1", version: 1, updated_at: at(0), fields: body }];
    },
  });
  expect(await screen.findByText(/No SSH key is chosen. SSH is the only way in/)).toBeTruthy();
  fireEvent.click(screen.getByRole("checkbox", { name: /laptop/ }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/review/quote_2"));
  expect(router.state.location.search).toEqual({ name: "mine", draft: "draft_1" });
  const asked = {
    offer_id: "off_1",
    template_id: "ssh",
    disk_gib: 50,
    ssh_key_ids: ["key_1"],
    any_region: false,
    relaunch: true,
  };
  expect(
    log.find(({ path, method }) => method === "POST" && path === "/pods/quotes")?.body,
  ).toEqual(asked);
  expect(drafts).toEqual([{ name: "mine", ...asked }]);
  expect(screen.getByRole("checkbox", { name: /laptop/ })).toHaveProperty("checked", true);
  expect(screen.queryByText(/No SSH key is chosen/)).toBeNull();
  expect(await screen.findByText(/The price is the same/)).toBeTruthy();
});

test("a quote's keys come from its draft, and a change is saved there", async () => {
  const saved: unknown[] = [];
  const fields = { name: "mine", offer_id: "off_1", template_id: "ssh", ssh_key_ids: ["key_1"] };
  const draft = { id: "draft_1", version: 3, updated_at: at(0), fields };
  const { router } = await show(
    {
      "GET /pods/quotes/quote_1": () => quote("quote_1", 1),
      "POST /pods/quotes": () => [201, quote("quote_2", 0)],
      "GET /pods/quotes/quote_2": () => quote("quote_2", 0),
      "GET /pods/drafts/draft_1": () => draft,
      "PUT /pods/drafts/draft_1": ({ body }: Sent) => {
        saved.push(body);
        return { ...draft, version: 4, fields: { ...fields, ssh_key_ids: [] } };
      },
    },
    "?name=mine&draft=draft_1",
  );
  const box = await screen.findByRole("checkbox", { name: /laptop/ });
  expect(box).toHaveProperty("checked", true);
  fireEvent.click(box);
  await waitFor(() => expect(router.state.location.pathname).toBe("/review/quote_2"));
  expect(saved).toEqual([{ version: 3, fields: { ...fields, ssh_key_ids: [] } }]);
});

test("parts of the price that are nothing are left out, and the menu shows where one is", async () => {
  await show();
  const parts = within(await screen.findByRole("table", { name: "Parts of the price, per hour" }));
  expect(parts.queryByText("Extra disk")).toBeNull();
  expect(parts.queryByText("$0.0000")).toBeNull();
  expect(parts.getByText("Brokerage")).toBeTruthy();
  const [item] = screen.getAllByRole("link", { name: "Browse GPUs" });
  expect(item?.getAttribute("aria-current")).toBe("true");
});
