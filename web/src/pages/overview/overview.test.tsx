import { screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PodView } from "../../nouns/pod/life.ts";
import { samplePod } from "../../nouns/pod/sample.ts";
import { closeApp, openApp } from "../../shell/test-app.tsx";
import { learnTenant } from "../../ui/tenant.ts";

const MONEY = { cash_usd_micros: 0, granted_usd_micros: 0, held_usd_micros: 0 };

/** The overview of somebody with `ready` pods that wait and `running` ones. */
const show = (ready: number, running: number, available = 50_000_000) =>
  open(
    Array.from({ length: ready + running }, (_, index) =>
      samplePod({
        id: `pod_${index}`,
        name: `pod-${index}`,
        state: index < ready ? "ready" : "running",
      }),
    ),
    available,
  );

const open = (pods: PodView[], available = 50_000_000) =>
  openApp(
    "/overview",
    {
      "GET /pods": () => ({ items: pods }),
      "GET /billing/wallet": () => ({
        ...MONEY,
        available_usd_micros: available,
        credit_limit_usd_micros: 0,
        grants: [],
        holds: [],
        mode: "SANDBOX",
      }),
    },
    { signedIn: true },
  );
const active = async () =>
  within((await screen.findByRole("heading", { name: "Active pods" })).closest("section")!);

beforeEach(() => learnTenant({ id: "ten_1", name: "demo", mode: "SANDBOX", branding: null }));
afterEach(closeApp);

test("of many pods it shows some, and says how many more there are", async () => {
  await show(0, 50);
  const card = await active();
  expect(card.getAllByRole("link", { name: /^Open pod-/ })).toHaveLength(6);
  expect(card.getByRole("link", { name: "44 more pods" }).getAttribute("href")).toBe("/pods");
});

test("of a few pods it shows all", async () => {
  await show(0, 6);
  const card = await active();
  expect(card.getAllByRole("link", { name: /^Open pod-/ })).toHaveLength(6);
  expect(card.queryByText(/more pods?/)).toBeNull();
});

test("many pods that wait do not push the page away", async () => {
  await show(5, 0);
  const strips = within(await screen.findByRole("list", { name: "Needs your attention" }));
  expect(strips.getAllByText(/^pod-\d is waiting/)).toHaveLength(2);
  expect(strips.getByText("3 more pods are waiting for you to activate them.")).toBeTruthy();
});

test("a pod that takes a lost one's place waits for nobody", async () => {
  await open([
    samplePod({ name: "waits", state: "ready" }),
    samplePod({ id: "pod_2", name: "comes-back", state: "ready", relaunch_of: "pod_0" }),
  ]);
  const strips = within(await screen.findByRole("list", { name: "Needs your attention" }));
  expect(strips.getByText(/^waits is waiting for you/)).toBeTruthy();
  expect(strips.queryByText(/comes-back/)).toBeNull();
});

test("an empty wallet that nothing uses does not last for ever", async () => {
  await show(1, 0, 0);
  expect((await screen.findByText("Money lasts")).nextElementSibling?.textContent).toContain(
    "No money",
  );
});

test("a stopped pod costs what its disk costs", async () => {
  await open([samplePod({ state: "stopped" })]);
  expect((await active()).getByText("Per hour").nextElementSibling?.textContent).toBe("$0.010");
});
