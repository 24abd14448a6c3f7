import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { at, samplePod } from "../../nouns/pod/sample.ts";
import { learnTenant } from "../../ui/tenant.ts";
import { closeApp, openApp, type Sent } from "../../shell/test-app.tsx";

const PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHF89OJrzR64EhBUboWuWkzxv+yO47f0NRHyioDmLOMH";
const ME = { user_id: "usr_1", email: "ada@example.com", name: "Ada", plan: { id: "pro" } };
const WALLET = {
  mode: "SANDBOX",
  available_usd_micros: 50_000_000,
  cash_usd_micros: 0,
  granted_usd_micros: 50_000_000,
  grants: [],
  held_usd_micros: 0,
  holds: [],
  credit_limit_usd_micros: 0,
};
const OFFER = {
  id: "off_1",
  provider: "runpod",
  instance_type: "x",
  region: "eu",
  gpu: "H100 SXM",
  gpu_count: 8,
  gpu_memory_gib: 80,
  vcpus: 8,
  ram_gib: 64,
  spot: false,
  stock: "high",
  stoppable: true,
  disk: { included_gib: 50, max_gib: 1000, rate_usd_micros_per_gib_hour: 100 },
};
const TEMPLATE = {
  id: "ssh",
  name: "Ubuntu with SSH",
  summary: "A shell.",
  readiness: "ssh_banner",
  ports: [],
  disk_gib_min: 20,
};
const key = (name: string) => ({
  id: `key_${name}`,
  name,
  public_key: `ssh-ed25519 ${name}`,
  fingerprint: `SHA256:${name}`,
  created_at: at(0),
});

function api(names: string[], more: Record<string, (sent: Sent) => unknown> = {}) {
  const keys = names.map(key);
  return {
    "GET /auth/me": () => ME,
    "GET /billing/wallet": () => WALLET,
    "GET /offers/off_1": () => OFFER,
    "GET /pods": () => ({ items: [] }),
    "GET /pods/drafts": () => ({ items: [] }),
    "GET /pods/templates": () => ({ items: [TEMPLATE] }),
    "GET /ssh-keys": () => ({ items: [...keys] }),
    "POST /ssh-keys": ({ body }: Sent) => {
      keys.push(key((body as { name: string }).name));
      return [201, keys.at(-1)];
    },
    "POST /pods/drafts": ({ body }: Sent) => [
      201,
      { id: "draft_1", version: 1, updated_at: at(0), fields: body },
    ],
    "GET /pods/drafts/draft_1": () => [404, { error: { code: "not_found", message: "Gone." } }],
    "POST /pods/estimate": () => ({ price: samplePod().price, hold_usd_micros: 360_000 }),
    ...more,
  };
}
const show = (names: string[], more = {}) =>
  openApp("/configure?offer=off_1", api(names, more), { signedIn: true });
const estimates = (log: Sent[]) =>
  log.filter(({ path }) => path === "/pods/estimate").map(({ body }) => body);

beforeEach(() => learnTenant({ id: "ten_1", name: "demo", mode: "SANDBOX", branding: null }));
afterEach(closeApp);

test("saved keys are chosen from the beginning", async () => {
  const { log } = await show(["laptop", "desktop"]);
  for (const name of [/laptop/, /desktop/])
    expect(await screen.findByRole("checkbox", { name })).toHaveProperty("checked", true);
  await waitFor(() =>
    expect(estimates(log)[0]).toMatchObject({ ssh_key_ids: ["key_laptop", "key_desktop"] }),
  );
});

test("a machine stays in its country unless its user takes any region", async () => {
  const { log } = await show(["laptop"]);
  const box = await screen.findByRole("checkbox", { name: "Any region if this one is full" });
  expect(box).toHaveProperty("checked", false);
  expect(screen.getByText(/in the same country only/)).toBeTruthy();
  await waitFor(() => expect(estimates(log).at(-1)).toMatchObject({ any_region: false }));
  fireEvent.click(box);
  await waitFor(() => expect(estimates(log).at(-1)).toMatchObject({ any_region: true }));
  await waitFor(() =>
    expect(
      log.find(({ method, path }) => method === "POST" && path === "/pods/drafts"),
    ).toMatchObject({ body: { any_region: true } }),
  );
  expect(screen.getByText(/at your price or below: anywhere/)).toBeTruthy();
});

test("a cloud that names no region offers no choice of one", async () => {
  await show(["laptop"], { "GET /offers/off_1": () => ({ ...OFFER, region: "unspecified" }) });
  expect(await screen.findByRole("checkbox", { name: /laptop/ })).toBeTruthy();
  expect(screen.queryByRole("checkbox", { name: /Any region/ })).toBeNull();
});

const relaunchBox = () =>
  screen.findByRole("checkbox", { name: /^Deploy again if the cloud takes/ });

test("a pod is deployed again only if its user chose that, who reads what it means", async () => {
  const { log } = await show(["laptop"]);
  const box = await screen.findByRole("checkbox", {
    name: "Deploy again if the cloud takes the machine away",
  });
  expect(box).toHaveProperty("checked", false);
  await waitFor(() => expect(estimates(log).at(-1)).toMatchObject({ relaunch: false }));
  fireEvent.click(box);
  await waitFor(() => expect(estimates(log).at(-1)).toMatchObject({ relaunch: true }));
  await waitFor(() =>
    expect(
      log.find(({ method, path }) => method === "POST" && path === "/pods/drafts"),
    ).toMatchObject({ body: { relaunch: true } }),
  );
  const hint = document.getElementById(box.getAttribute("aria-describedby") ?? "")?.textContent;
  for (const consequence of [
    "new machine",
    "same price",
    "without being asked again",
    "on the disk is lost",
  ])
    expect(hint).toContain(consequence);
});

test("of a spot machine it says that its cloud takes it back", async () => {
  await show(["laptop"], { "GET /offers/off_1": () => ({ ...OFFER, spot: true }) });
  expect(
    await screen.findByRole("checkbox", {
      name: "Deploy again if the cloud takes this spot machine back",
    }),
  ).toBeTruthy();
});

const AGAIN = "/configure?offer=off_1&again=quote_1";

test("what is deployed again begins as it was configured before", async () => {
  const quote = { template_id: "ssh", disk_gib: 80, any_region: true, relaunch: true };
  const before = api(["laptop"], {
    "GET /pods/quotes/quote_1": () => ({ id: "quote_1", offer_id: "off_1", ...quote }),
  });
  const { log } = await openApp(AGAIN, before, { signedIn: true });
  expect(await relaunchBox()).toHaveProperty("checked", true);
  expect(await screen.findByLabelText("Disk in GiB")).toHaveProperty("value", "80");
  await waitFor(() =>
    expect(estimates(log).at(-1)).toEqual({
      offer_id: "off_1",
      ssh_key_ids: ["key_laptop"],
      ...quote,
    }),
  );
});

test("what was configured before may be forgotten; then the form begins as ever", async () => {
  const gone = () => [404, { error: { code: "not_found", message: "Gone." } }];
  await openApp(AGAIN, api([], { "GET /pods/quotes/quote_1": gone }), { signedIn: true });
  expect(await relaunchBox()).toHaveProperty("checked", false);
});

test("a key that is added is chosen, once for a double click", async () => {
  const { log } = await show([]);
  expect(await screen.findByText(/No SSH key is chosen/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Add a key" }));
  fireEvent.change(screen.getByLabelText("Public key"), { target: { value: PUBLIC } });
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "laptop" } });
  const add = screen.getByRole("button", { name: "Add the key" });
  const form = add.closest("form")!;
  fireEvent.submit(form);
  fireEvent.submit(form);
  expect(await screen.findByRole("checkbox", { name: /laptop/ })).toHaveProperty("checked", true);
  // The browser tells of a dialog's end once more when it is closed.
  for (const dialog of document.querySelectorAll("dialog")) fireEvent(dialog, new Event("close"));
  await waitFor(() => expect(estimates(log).at(-1)).toMatchObject({ ssh_key_ids: ["key_laptop"] }));
  expect(await screen.findByText("1 SSH key is chosen.")).toBeTruthy();
  expect(log.filter(({ method, path }) => method === "POST" && path === "/ssh-keys")).toHaveLength(
    1,
  );
});

test("an invalid disk says so, and nothing is on its way any more", async () => {
  await show(["laptop"]);
  const disk = await screen.findByLabelText("Disk in GiB");
  expect(await screen.findByText("While it runs")).toBeTruthy();
  for (const [typed, problem] of [
    ["5000", "This cloud offers up to 1,000 GiB."],
    ["12a", "Enter a whole number of GiB."],
  ] as const) {
    fireEvent.change(disk, { target: { value: typed } });
    expect(await screen.findByText(problem)).toBeTruthy();
    expect(await screen.findByText("Correct the disk size to see the price.")).toBeTruthy();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(screen.queryByText("updating")).toBeNull();
    expect(screen.getByRole("button", { name: "Review and deploy" })).toHaveProperty(
      "disabled",
      true,
    );
  }
  fireEvent.change(disk, { target: { value: "80" } });
  expect(await screen.findByText("While it runs")).toBeTruthy();
});

test("a pod still to be activated is named at once", async () => {
  await show([], { "GET /pods": () => ({ items: [samplePod({ id: "pod_7", state: "ready" })] }) });
  const link = await screen.findByRole("link", { name: "Activate llama" });
  expect(link.getAttribute("href")).toBe("/pods/pod_7");
});

test("a pod that takes a lost one's place is not to be activated, but it is waited for", async () => {
  const pod = samplePod({ id: "pod_7", state: "ready", relaunch_of: "pod_0" });
  await show([], { "GET /pods": () => ({ items: [pod] }) });
  const link = await screen.findByRole("link", { name: "Open llama" });
  expect(link.getAttribute("href")).toBe("/pods/pod_7");
  expect(screen.getByText(/is being deployed again/)).toBeTruthy();
  expect(screen.queryByText(/activated or cancelled/)).toBeNull();
});
