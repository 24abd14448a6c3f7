import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeployPanel } from "./deploy-panel.tsx";
import type { Quote } from "./quote.ts";

const ID = `quote_${"0".repeat(26)}`;
const rates = {
  machine_usd_micros_per_hour: 1_620_000,
  disk_usd_micros_per_hour: 0,
  brokerage_usd_micros_per_hour: 130_000,
  tenant_markup_usd_micros_per_hour: 0,
  rate_usd_micros_per_hour: 1_750_000,
  stopped_rate_usd_micros_per_hour: 5_000,
};
const quote = (secondsLeft: number): Quote => ({
  id: ID,
  mode: "SANDBOX",
  offer_id: "off_1",
  provider: "runpod",
  instance_type: "x",
  region: "eu",
  gpu: "H100",
  template_id: "ssh",
  template_name: "SSH",
  disk_gib: 50,
  ssh_keys: 0,
  any_region: false,
  relaunch: false,
  offer_simulated: [],
  price: {
    ...rates,
    day_usd_micros: 42_000_000,
    month_usd_micros: 1_277_500_000,
    provider_terms: { billing_increment_secs: 1, minimum_secs: 1 },
  },
  hold_usd_micros: 1_750_000,
  created_at: new Date(Date.now() + (secondsLeft - 60) * 1_000).toISOString(),
  expires_at: new Date(Date.now() + secondsLeft * 1_000).toISOString(),
  pod_id: null,
});

const answers = vi.fn<(request: Request) => Response | Promise<Response>>();
const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const refusal = (status: number, code: string) =>
  json(status, { error: { code, message: `refused: ${code}`, request_id: "r" } });
const deploys = () =>
  answers.mock.calls
    .map(([request]) => request)
    .filter(({ method, url }) => method === "POST" && url.endsWith("/api/v2/pods"));
const keys = () => deploys().map(({ headers }) => headers.get("idempotency-key"));

async function show(of: Quote) {
  const onPod = vi.fn();
  const component = () => (
    <DeployPanel
      quote={of}
      name="llama"
      machine="H100"
      blocked={null}
      onPod={onPod}
      renew={<button type="button">Get a new price</button>}
    >
      {null}
    </DeployPanel>
  );
  const router = createRouter({
    routeTree: createRootRoute({ component }),
    history: createMemoryHistory(),
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return {
    onPod,
    button: await screen.findByRole("button", { name: /Deploy at \$1\.75 an hour/ }),
  };
}

beforeEach(() => {
  vi.stubGlobal("fetch", (request: Request) => Promise.resolve(answers(request)));
  vi.stubGlobal("scrollTo", () => undefined);
});
afterEach(() => {
  cleanup();
  answers.mockReset();
  vi.unstubAllGlobals();
});

describe("Deploy", () => {
  it("opens one pod on a double click", async () => {
    answers.mockImplementation(() => json(202, { id: "pod_1" }));
    const { onPod, button } = await show(quote(60));
    fireEvent.click(button);
    fireEvent.click(button);
    await waitFor(() => expect(onPod).toHaveBeenCalledWith("pod_1"));
    expect(keys()).toEqual([`deploy-${ID}`]);
  });

  it("keeps its key when an answer is lost and it is tried again", async () => {
    answers
      .mockRejectedValueOnce(new TypeError("lost"))
      .mockImplementation(() => json(202, { id: "pod_1" }));
    const { onPod, button } = await show(quote(60));
    fireEvent.click(button);
    expect((await screen.findByRole("alert")).textContent).toMatch(/only one pod is opened/);
    fireEvent.click(button);
    await waitFor(() => expect(onPod).toHaveBeenCalledWith("pod_1"));
    expect(keys()).toEqual([`deploy-${ID}`, `deploy-${ID}`]);
  });

  it("goes to the pod that was opened before", async () => {
    answers.mockImplementation((request) =>
      request.method === "POST"
        ? refusal(409, "quote_used")
        : json(200, { ...quote(60), pod_id: "pod_before" }),
    );
    const { onPod, button } = await show(quote(60));
    fireEvent.click(button);
    await waitFor(() => expect(onPod).toHaveBeenCalledWith("pod_before"));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("says what to do when the wallet does not cover it", async () => {
    answers.mockImplementation(() => refusal(402, "insufficient_funds"));
    const { button } = await show(quote(60));
    fireEvent.click(button);
    expect((await screen.findByRole("alert")).textContent).toBe(
      "refused: insufficient_fundsTop up the wallet",
    );
    expect(button.getAttribute("aria-disabled")).toBeNull();
  });
});

it("whoever tries the loss of a machine reads that the pod is charged until then", async () => {
  answers.mockImplementation(() => json(202, { id: "pod_1" }));
  const { button } = await show(quote(60));
  fireEvent.click(screen.getByText("Try a failure"));
  expect(screen.getByText(/Nothing is charged\.$/)).toBeTruthy();
  fireEvent.change(screen.getByLabelText("What the simulated cloud does"), {
    target: { value: "taken_away" },
  });
  expect(screen.getByText(/a minute or two after you activate the pod/)).toBeTruthy();
  expect(screen.queryByText(/Nothing is charged\.$/)).toBeNull();
  fireEvent.click(button);
  await waitFor(() => expect(deploys()).toHaveLength(1));
  expect(await deploys()[0]?.json()).toMatchObject({ scenario: "taken_away" });
});

describe("a price that ran out", () => {
  it("cannot be deployed, and a new one can be asked for", async () => {
    const { button } = await show(quote(-1));
    expect(button).toHaveProperty("disabled", true);
    fireEvent.click(button);
    expect(deploys()).toEqual([]);
    expect(screen.getByText("Get a new price")).toBeDefined();
  });

  it("ends while it is looked at", async () => {
    const { button } = await show(quote(1));
    expect(button).toHaveProperty("disabled", false);
    expect(screen.queryByText("Get a new price")).toBeNull();
    await waitFor(() => expect(button).toHaveProperty("disabled", true), { timeout: 3_000 });
  });

  it("is over when the server says so, whatever this clock says", async () => {
    answers.mockImplementation(() => refusal(410, "quote_expired"));
    const { button } = await show(quote(60));
    fireEvent.click(button);
    await waitFor(() => expect(button).toHaveProperty("disabled", true));
    expect(screen.getByText("Get a new price")).toBeDefined();
  });
});
