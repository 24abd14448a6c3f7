import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Shape } from "../../api/client.ts";
import { closeApp, openApp, refusal, type Sent } from "../../shell/test-app.tsx";
import { UNDO_MS } from "../../ui/removals.ts";
import { learnTenant } from "../../ui/tenant.ts";
import { sampleOffer, samplePage, sampleRow } from "../offer/sample.ts";
import { sampleAlert } from "./sample.ts";
import { TELL_ME } from "./words.ts";

const OFFER = sampleOffer({ rate_usd_micros_per_hour: 2_400_000 });
const MACHINE = "h100-sxm-80gib-x1";
const PUT = `PUT /price-alerts/${MACHINE}`;
const DELETE = `DELETE /price-alerts/${MACHINE}`;
const ME = { user_id: "usr_1", plan: { id: "pro" }, wallet: {} };

/** The rows of the GPU: other sizes of it, and the machine, cheaper at another cloud. */
const ROWS = [
  sampleRow("h100-sxm-96gib-x1", sampleOffer({ gpu_memory_gib: 96 })),
  sampleRow(MACHINE, sampleOffer({ provider: "vast-ai" })),
];

type Alert = Shape<"PriceAlertView">;
type Answers = Parameters<typeof openApp>[1];

/** An API that keeps alerts as ours does. */
function api(kept: Alert[] = [], more: Answers = {}) {
  let items = kept;
  return {
    "GET /auth/me": () => ME,
    [`GET /offers/${OFFER.id}`]: () => OFFER,
    "GET /offers": () => samplePage(ROWS),
    "GET /price-alerts": () => ({ items }),
    [PUT]: ({ body }: Sent) => {
      const alert = sampleAlert(body as Partial<Alert>);
      items = [...items.filter(({ machine }) => machine !== MACHINE), alert];
      return alert;
    },
    [DELETE]: () => {
      items = items.filter(({ machine }) => machine !== MACHINE);
      return [204, null];
    },
    ...more,
  } satisfies Answers;
}
const open = (answers: Answers, signedIn = true) =>
  openApp(`/offers/${OFFER.id}`, answers, { signedIn });
const field = () => screen.findByLabelText<HTMLInputElement>("Most dollars per hour");
const click = async (name: string) => fireEvent.click(await screen.findByRole("button", { name }));
const set = async (price: string) => {
  fireEvent.change(await field(), { target: { value: price } });
  await click("Set the alert");
};
const acts = (log: Sent[]) =>
  log
    .filter(({ path, method }) => path.startsWith("/price-alerts") && method !== "GET")
    .map(({ method, body }) => [method, body]);
const putting = (rate: number) => ["PUT", { rate_max_usd_micros_per_hour: rate }];
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  learnTenant({ id: "ten_1", name: "demo", mode: "LIVE", branding: null });
});
afterEach(async () => {
  vi.useRealTimers();
  await closeApp();
});

test("a tenth below the machine's lowest price is suggested, and set", async () => {
  const { log } = await open(api());
  expect((await field()).value).toBe("1.80");
  screen.getByText("The lowest price is $2.00 now.");
  await click("Set the alert");
  const said = await screen.findByText(/We will tell you when it costs/);
  expect(said.textContent).toBe(
    "We will tell you when it costs $1.80 an hour or less, until 20 Feb 2027. " +
      "The lowest price is $2.00 now.",
  );
  expect(acts(log)).toEqual([putting(1_800_000)]);
  // The button is gone; what replaced it has the focus.
  expect(document.activeElement?.contains(said)).toBe(true);
  expect(document.activeElement).not.toBe(document.body);
});

test("the machine is asked for at the plan's prices, sold out or not", async () => {
  const { log } = await open(api());
  await field();
  expect(log.find(({ path }) => path === "/offers")?.query).toEqual({
    group: "machine",
    available: "false",
    plan: "pro",
    gpu: "H100 SXM",
    gpu_count: "1",
    gpu_memory_gib_min: "80",
    limit: "100",
  });
});

test("an alert that is set can be changed, and kept as it is", async () => {
  const { log } = await open(api([sampleAlert({ rate_max_usd_micros_per_hour: 1_500_000 })]));
  await click("Change the price");
  expect((await field()).value).toBe("1.50");
  await click("Cancel");
  await screen.findByText(/\$1\.50 an hour or less/);
  await click("Change the price");
  fireEvent.change(await field(), { target: { value: "$1.65" } });
  await click("Change the alert");
  await screen.findByText(/\$1\.65 an hour or less/);
  expect(screen.queryByText(/\$1\.50/)).toBeNull();
  expect(acts(log)).toEqual([putting(1_650_000)]);
});

test.each([
  [400, "price_invalid", "The price must be above 0."],
  [409, "price_met", "It costs no more than that already. Choose a lower price."],
])("what is refused by %i %s is said at the field", async (status, code, message) => {
  await open(api([], { [PUT]: () => refusal(status, code, message) }));
  await set("1.99");
  expect((await screen.findByRole("alert")).textContent).toBe(message);
  const price = await field();
  expect(price.getAttribute("aria-invalid")).toBe("true");
  await waitFor(() => expect(document.activeElement).toBe(price));
});

test.each([
  [404, "not_found", "There is no such machine."],
  [409, "too_many_alerts", "You can have 20 price alerts. Delete one first."],
])("what is refused by %i %s is said of the whole", async (status, code, message) => {
  const other = sampleAlert({ machine: "l4-24gib-x1", name: "L4, 24 GB" });
  await open(api([other], { [PUT]: () => refusal(status, code, message) }));
  await set("1.99");
  expect((await screen.findByRole("alert")).textContent).toBe(message);
  expect((await field()).getAttribute("aria-invalid")).toBeNull();
  const all = screen.getByRole("link", { name: "All your price alerts" });
  expect(all.getAttribute("href")).toBe("/notifications");
});

test.each(["", "0", "cheap", "1.999"])("“%s” is no price and never sent", async (typed) => {
  const { log } = await open(api());
  await set(typed);
  expect((await screen.findByRole("alert")).textContent).toBe("Enter an amount such as 1.80.");
  expect(acts(log)).toEqual([]);
});

test("a removed alert is gone at once, and undone it was never asked for", async () => {
  const { log } = await open(api([sampleAlert()]));
  await click("Remove the alert");
  await field();
  screen.getByText("The price alert for H100 SXM, 80 GB was removed.");
  await click("Undo");
  await screen.findByText(/\$1\.80 an hour or less/);
  await pass(2 * UNDO_MS);
  expect(acts(log)).toEqual([]);
  await click("Remove the alert");
  await pass(UNDO_MS + 500);
  expect(acts(log)).toEqual([["DELETE", undefined]]);
  await field();
});

test("one that is set while another is being removed stays", async () => {
  const { log } = await open(api([sampleAlert()]));
  await click("Remove the alert");
  await set("1.70");
  await screen.findByText(/\$1\.70 an hour or less/);
  expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
  await pass(2 * UNDO_MS);
  expect(acts(log)).toEqual([["DELETE", undefined], putting(1_700_000)]);
  await screen.findByText(/\$1\.70 an hour or less/);
});

test("a removal that fails is said, and one of what is over already is not", async () => {
  await open(api([sampleAlert()], { [DELETE]: () => refusal(503, "unavailable", "Not now.") }));
  await click("Remove the alert");
  await pass(UNDO_MS + 500);
  await screen.findByText("The price alert for H100 SXM, 80 GB was not removed. Not now.");
  await screen.findByText(/\$1\.80 an hour or less/);
  await closeApp();

  let told = false;
  const over = {
    "GET /price-alerts": () => ({ items: told ? [] : [sampleAlert()] }),
    [DELETE]: () => {
      told = true;
      return refusal(404, "not_found", "There is no such alert.");
    },
  };
  await open(api([], over));
  await click("Remove the alert");
  await pass(UNDO_MS + 500);
  await field();
  expect(told).toBe(true);
  expect(screen.queryByText(/There is no such alert/)).toBeNull();
  expect(screen.queryByText(/\$1\.80 an hour or less/)).toBeNull();
});

test("sold out everywhere, it need only come back; listed nowhere, there is nothing to set", async () => {
  const gone = samplePage([sampleRow(MACHINE, sampleOffer({ stock: "none" }))]);
  await open(api([], { "GET /offers": () => gone }));
  expect((await field()).value).toBe("2.00");
  screen.getByText("It is sold out everywhere; the lowest list price is $2.00.");
  await closeApp();
  await open(api([], { "GET /offers": () => samplePage(ROWS.slice(0, 1)) }));
  await screen.findByText(/No cloud lists this machine any more/);
  expect(screen.queryByLabelText("Most dollars per hour")).toBeNull();
});

test("without the alerts nothing is set blindly", async () => {
  let down = true;
  const answers = api([sampleAlert()]);
  const list = answers["GET /price-alerts"];
  await open({
    ...answers,
    "GET /price-alerts": () => (down ? refusal(403, "not_a_member", "Not yours.") : list()),
  });
  await screen.findByText("Price alerts could not be loaded");
  expect(screen.queryByLabelText("Most dollars per hour")).toBeNull();
  down = false;
  await click("Try again");
  await screen.findByText(/\$1\.80 an hour or less/);
});

test("visitors are offered no alert, and ask for none", async () => {
  const { log } = await open(api(), false);
  await screen.findByRole("heading", { level: 1, name: "H100 SXM" });
  await screen.findByText(/This offer has only just appeared/);
  expect(screen.queryByText(TELL_ME)).toBeNull();
  expect(log.map(({ path }) => path)).not.toContain("/price-alerts");
});

test("in Browse it is folded away below the offer, and asks nothing until it is opened", async () => {
  const { log } = await openApp("/offers?gpu=H100+SXM", api(), { signedIn: true });
  const label = await screen.findByText(TELL_ME);
  expect(log.map(({ path }) => path)).not.toContain("/price-alerts");
  const fold = label.closest("details")!;
  fold.open = true;
  fireEvent(fold, new Event("toggle"));
  expect(await within(fold).findByLabelText("Most dollars per hour")).toBeTruthy();
});
