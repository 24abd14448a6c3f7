import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { at, attempt, samplePod } from "../../nouns/pod/sample.ts";
import type { PodView } from "../../nouns/pod/life.ts";
import { learnTenant } from "../../ui/tenant.ts";
import { closeApp, openApp, type Sent } from "../../shell/test-app.tsx";

const CONNECTION = {
  ssh_command: "ssh -p 22 root@box",
  jupyter_url: "http://box:8888/?token=t",
  address: { host: "box", ssh_port: 22, ssh_user: "root", simulated: false },
};
const ME = { user_id: "usr_1", email: "ada@example.com", name: "Ada", plan: { id: "free" } };
const RAN = { running_at: at(60), ready_at: at(30), attempts: [attempt(1, "launched")] };

const api = (pod: PodView, more: Record<string, (sent: Sent) => unknown> = {}) => ({
  "GET /auth/me": () => ME,
  "GET /pods/pod_1": () => pod,
  "GET /pods/pod_1/events": () => ({ items: [] }),
  "GET /pods": () => ({ items: [pod] }),
  "GET /pods/templates": () => ({ items: [{ id: "jupyter", name: "PyTorch with Jupyter" }] }),
  ...more,
});
const show = (pod: PodView, more = {}, path = "/pods/pod_1") =>
  openApp(path, api(pod, more), { signedIn: true });
/** What was asked to be done with the pod. */
const acts = (log: Sent[]) =>
  log.filter(({ method, path }) => method === "POST" && path.startsWith("/pods"));
const main = () => within(screen.getByRole("main"));

beforeEach(() => learnTenant({ id: "ten_1", name: "demo", mode: "SANDBOX", branding: null }));
afterEach(closeApp);

test("a pod that was not activated in time expired: nothing failed", async () => {
  await show(
    samplePod({
      state: "failed",
      reason: { code: "activation_expired", message: "The pod was not activated in time." },
      ready_at: at(30),
      ended_at: at(930),
      attempts: [attempt(1, "ended")],
    }),
  );
  expect(await screen.findByText("Expired before it was activated")).toBeTruthy();
  expect(main().getByText("Expired")).toBeTruthy();
  expect(main().getByText("Step 4 of 5, expired")).toBeTruthy();
  expect(main().queryByText(/failed/i)).toBeNull();
});

test("the machine is named with the number of its GPUs, and the template by its name", async () => {
  await show(samplePod({ state: "running", gpu: "H100 SXM", gpu_count: 8, ...RAN }));
  expect(await screen.findByText("8 × H100 SXM")).toBeTruthy();
  expect(await screen.findByText("PyTorch with Jupyter")).toBeTruthy();
});

test("a port that its cloud publishes under another number is shown with that", async () => {
  const address = { ...CONNECTION.address, ports: [{ port: 8000, public: 41234 }] };
  await show(samplePod({ state: "running", connection: { ...CONNECTION, address }, ...RAN }));
  expect(await screen.findByText("Port 8000")).toBeTruthy();
  expect(screen.getByText("box:41234")).toBeTruthy();
});

test("a pod without a key shows no SSH command, but how else it is reached", async () => {
  const pod = samplePod({ state: "running", connection: CONNECTION, ...RAN });
  await show({ ...pod, ssh_keys: 0 });
  expect(await screen.findByText(/deployed without an SSH key/)).toBeTruthy();
  expect(screen.getByText("http://box:8888/?token=t")).toBeTruthy();
  expect(screen.queryByText(/ssh -p/)).toBeNull();
  cleanup();
  await show(pod);
  expect(await screen.findByText("ssh -p 22 root@box")).toBeTruthy();
  expect(screen.queryByText(/without an SSH key/)).toBeNull();
});

test("a stopped pod offers Start first, and shows what its disk costs before the rest", async () => {
  await show(samplePod({ state: "stopped", stopped_secs: 10, ...RAN }));
  await screen.findByText("Stopped. Its disk is kept");
  const [first] = main().getAllByRole("button");
  expect(first?.textContent).toBe("Start");
  expect(first?.className).toContain("bg-brand");
  const sums = screen.getByText("While stopped, for its disk").nextElementSibling;
  expect(sums?.textContent).toContain("Hour$0.010");
  expect(screen.getByText("When running").nextElementSibling?.textContent).toBe("$0.360 per hour");
});

test("a mailed link opens the pod's page, which activates it and forgets the token", async () => {
  let pod = samplePod({
    state: "ready",
    ready_at: at(30),
    deadline_at: new Date(Date.now() + 600_000).toISOString(),
  });
  const { log, router } = await show(
    pod,
    {
      "GET /pods/pod_1": () => pod,
      "POST /pods/activate": () => {
        pod = samplePod({ state: "running", connection: CONNECTION, ...RAN, version: 2 });
        return { ...pod, pod_id: pod.id };
      },
    },
    "/activate#pod_id=pod_1&token=secret",
  );
  const button = await screen.findByRole("button", { name: "Activate" });
  expect(router.state.location.href).toBe("/pods/pod_1");
  fireEvent.click(button);
  fireEvent.click(button);
  expect(await screen.findByText("ssh -p 22 root@box")).toBeTruthy();
  expect(acts(log).map(({ body }) => body)).toEqual([{ pod_id: "pod_1", token: "secret" }]);
  await waitFor(() => expect(router.state.location.state.activation).toBeUndefined());
  expect(document.activeElement?.id, "the focus stays on the page").toBe("main");
});

test("in LIVE a stop asks once, and only an end wants the name typed", async () => {
  const { log } = await show(samplePod({ state: "running", mode: "LIVE", ...RAN }), {
    "POST /pods/pod_1/stop": () => samplePod({ state: "stopping", mode: "LIVE", ...RAN }),
  });
  fireEvent.click(await screen.findByRole("button", { name: "End" }));
  const dialog = within(screen.getByRole("dialog"));
  expect(dialog.getByLabelText(/This is LIVE/)).toBeTruthy();
  fireEvent.click(dialog.getByRole("button", { name: "Close" }));
  fireEvent.click(screen.getByRole("button", { name: "Stop" }));
  expect(screen.queryByLabelText(/This is LIVE/)).toBeNull();
  expect(acts(log)).toEqual([]);
  fireEvent.click(await screen.findByRole("button", { name: "Stop the pod" }));
  await waitFor(() => expect(acts(log).map(({ path }) => path)).toEqual(["/pods/pod_1/stop"]));
});

const LOST = {
  ...RAN,
  state: "terminated" as const,
  running_secs: 120,
  relaunch: true,
  reason: { code: "preempted", message: "Its cloud took the spot machine back." },
};

test("a running pod says that it will be deployed again, if its owner chose that", async () => {
  await show(samplePod({ state: "running", relaunch: true, ...RAN }));
  expect(await screen.findByText(/the pod is deployed again at the same price/)).toBeTruthy();
  cleanup();
  await show(samplePod({ state: "running", ...RAN }));
  await screen.findByText("First started");
  expect(screen.queryByText(/deployed again/)).toBeNull();
});

test("a lost pod leads to the one that took its place, and that one back", async () => {
  await show(samplePod({ ...LOST, relaunched_as: "pod_2" }));
  expect(await screen.findByText("This pod was deployed again")).toBeTruthy();
  expect(main().getByText("Taken back")).toBeTruthy();
  expect(main().getByText("Its cloud took the spot machine back.")).toBeTruthy();
  expect(main().getByText(/It ran for 2 m.* What was on its disk is lost\./)).toBeTruthy();
  expect(main().getByRole("link", { name: "Open the new pod" }).getAttribute("href")).toBe(
    "/pods/pod_2",
  );
  expect(main().queryByText("Deploy it again")).toBeNull();
  cleanup();
  await show(samplePod({ state: "running", relaunch_of: "pod_0", ...RAN }));
  const back = await screen.findByRole("link", { name: "a lost pod" });
  expect(back.getAttribute("href")).toBe("/pods/pod_0");
});

test("a lost pod that could not be deployed again offers to be, with its choices kept", async () => {
  await show(samplePod(LOST), {
    "GET /pods/quotes/quote_1": () => ({ id: "quote_1", offer_id: "off_1" }),
    "GET /billing/wallet": () => ({ mode: "SANDBOX", available_usd_micros: 100_000 }),
  });
  expect(await screen.findByText("This pod has lost its machine")).toBeTruthy();
  const again = await screen.findByRole("link", { name: "Deploy it again" });
  expect(again.getAttribute("href")).toBe("/configure?offer=off_1&again=quote_1");
  const topUp = await main().findByRole("link", { name: "Top up" });
  expect(topUp.getAttribute("href")).toBe("/billing");
});

test("a pod that takes a lost one's place asks for no activation", async () => {
  const replacing = { relaunch: true, relaunch_of: "pod_0", attempts: [attempt(1, "launched")] };
  for (const state of ["provisioning", "ready"] as const) {
    await show(samplePod({ state, ...replacing }));
    expect(await screen.findByText("Deploying it again")).toBeTruthy();
    expect(main().getByRole("link", { name: "a pod whose machine was taken away" })).toHaveProperty(
      "pathname",
      "/pods/pod_0",
    );
    expect(main().getByText("Nothing is charged until its machine answers.")).toBeTruthy();
    expect(main().getByText(/Not needed: you activated/)).toBeTruthy();
    expect(main().queryByRole("button", { name: "Activate" })).toBeNull();
    cleanup();
  }
});
