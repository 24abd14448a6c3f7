import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { learnTenant } from "../../ui/tenant.ts";
import { closeApp, openApp, refusal, type Sent } from "../../shell/test-app.tsx";

const CARD = {
  id: "pm_1",
  brand: "visa",
  last4: "4242",
  exp_month: 12,
  exp_year: 2034,
  is_default: true,
};
const OTHER = { ...CARD, id: "pm_2", last4: "0005", brand: "amex", is_default: false };
const ME = {
  user_id: "usr_1",
  email: "ada@example.com",
  name: "Ada",
  plan: { id: "free" },
  plan_wanted: "free",
  wallet: {},
};
const WALLET = {
  mode: "SANDBOX",
  available_usd_micros: 0,
  cash_usd_micros: 0,
  granted_usd_micros: 0,
  grants: [],
  held_usd_micros: 0,
  holds: [],
  credit_limit_usd_micros: 0,
};
const made = (status: string) => ({
  id: "top_1",
  amount_usd_micros: 25_000_000,
  status,
  created_at: "2026-11-21T10:00:00Z",
  client_secret: null,
  publishable_key: null,
});

const DEPOSIT = {
  kind: "deposit",
  since: "2026-11-21T10:00:02Z",
  entries: 1,
  amount_usd_micros: 25_000_000,
  balance_usd_micros: 25_000_000,
  pods: [],
};
/** The same amount, but paid in before. */
const BEFORE = { ...DEPOSIT, at: "2026-11-20T10:00:00Z" };

const api = (pay: (sent: Sent) => unknown, more = {}) => ({
  "GET /auth/me": () => ME,
  "GET /billing/wallet": () => WALLET,
  "GET /billing/payment-methods": () => ({ items: [CARD, OTHER] }),
  "POST /billing/top-ups": pay,
  ...more,
});
const payments = (log: Sent[]) =>
  log.filter(({ method, path }) => method === "POST" && path === "/billing/top-ups");
const keys = (log: Sent[]) =>
  new Set(payments(log).map(({ headers }) => headers.get("idempotency-key")));
const payButton = (amount = "$25.00") => screen.findByRole("button", { name: `Pay ${amount}` });
const amount = (value: string) =>
  fireEvent.change(screen.getByLabelText("Amount in US dollars"), { target: { value } });
const mode = (live: boolean) =>
  learnTenant({ id: "ten_1", name: "demo", mode: live ? "LIVE" : "SANDBOX", branding: null });

beforeEach(() => mode(false));
afterEach(closeApp);

test("a double click pays once", async () => {
  const { log } = await openApp(
    "/billing",
    api(() => [201, made("succeeded")]),
    { signedIn: true },
  );
  const button = await payButton();
  fireEvent.click(button);
  fireEvent.click(button);
  expect(await screen.findByText("$25.00 is paid")).toBeTruthy();
  expect(payments(log)).toHaveLength(1);
  expect(payments(log)[0]?.body).toEqual({
    amount_usd_micros: 25_000_000,
    payment_method_id: "pm_1",
    keep_card: false,
  });
});

test("a retry after a lost answer goes out under the same key, and another amount under its own", async () => {
  const { log } = await openApp(
    "/billing",
    api(() => new Error("lost")),
    { signedIn: true },
  );
  fireEvent.click(await payButton());
  expect((await screen.findByText(/could not be reached/)).textContent).toContain(
    "Trying again will not charge you twice",
  );
  fireEvent.click(await payButton());
  await waitFor(() => expect(payments(log)).toHaveLength(2));
  expect(keys(log).size).toBe(1);
  await screen.findByText(/could not be reached/);
  amount("30");
  fireEvent.click(await payButton("$30.00"));
  await waitFor(() => expect(payments(log)).toHaveLength(3));
  expect(keys(log).size).toBe(2);
});

test("a declined card is said at the cards, and the next try is a new payment", async () => {
  const { log } = await openApp(
    "/billing",
    api(() => refusal(402, "card_declined", "Your card was declined.")),
    { signedIn: true },
  );
  fireEvent.click(await payButton());
  expect((await screen.findByRole("alert")).textContent).toBe(
    "Your card was declined. Nothing was charged. Try another card.",
  );
  fireEvent.click(screen.getByLabelText(/ending in 0005/));
  fireEvent.click(await payButton());
  await waitFor(() => expect(payments(log)).toHaveLength(2));
  expect(keys(log).size).toBe(2);
  expect(payments(log)[1]?.body).toMatchObject({ payment_method_id: "pm_2" });
});

test("a payment under way is followed, and a late refusal leads back to the cards", async () => {
  await openApp(
    "/billing",
    api(() => [201, made("pending")], { "GET /billing/top-ups/top_1": () => made("declined") }),
    { signedIn: true },
  );
  fireEvent.click(await payButton());
  expect(await screen.findByText("$25.00 is on its way")).toBeTruthy();
  expect(await screen.findByText(/The card was declined. Nothing was charged/)).toBeTruthy();
  expect(await payButton()).toBeTruthy();
});

test("nothing is sent for an amount outside of the limits", async () => {
  const { log } = await openApp(
    "/billing",
    api(() => [201, made("succeeded")]),
    { signedIn: true },
  );
  await payButton();
  amount("4.99");
  fireEvent.click(screen.getByRole("button", { name: "Pay" }));
  expect((await screen.findByRole("alert")).textContent).toBe("You can add at least $5 at a time.");
  expect(payments(log)).toEqual([]);
});

test("in LIVE nothing is sent before the amount is typed", async () => {
  const { log } = await openApp(
    "/billing",
    api(() => [201, made("succeeded")], {
      "GET /tenant": () => ({ id: "ten_1", name: "demo", mode: "LIVE", branding: null }),
    }),
    { signedIn: true },
  );
  mode(true);
  fireEvent.click(await payButton());
  const typed = await screen.findByLabelText(/This is LIVE/);
  fireEvent.submit(typed.closest("form")!);
  expect(await screen.findByText("Type $25.00 to confirm.")).toBeTruthy();
  expect(payments(log)).toEqual([]);
  for (const other of ["26", "25.0.0", "$"]) {
    fireEvent.change(typed, { target: { value: other } });
    fireEvent.submit(typed.closest("form")!);
    expect(payments(log)).toEqual([]);
  }
  fireEvent.change(typed, { target: { value: "25" } });
  fireEvent.submit(typed.closest("form")!);
  expect(await screen.findByText("$25.00 is paid")).toBeTruthy();
  expect(payments(log)).toHaveLength(1);
});

test("a payment under way is followed again after a reload, until its end was shown", async () => {
  const { log } = await openApp(
    "/billing",
    api(() => [201, made("pending")]),
    { signedIn: true },
  );
  fireEvent.click(await payButton());
  await screen.findByText("$25.00 is on its way");
  expect(payments(log)).toHaveLength(1);
  let status = "pending";
  const after = api(() => new Error("not again"), {
    "GET /billing/top-ups/top_1": () => made(status),
  });
  cleanup();
  await openApp("/billing", after, { signedIn: true });
  expect(await screen.findByText("$25.00 is on its way")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Pay $25.00" })).toBeNull();
  status = "succeeded";
  cleanup();
  await openApp("/billing", after, { signedIn: true });
  expect(await screen.findByText("$25.00 is paid")).toBeTruthy();
  cleanup();
  await openApp("/billing", after, { signedIn: true });
  expect(await payButton()).toBeTruthy();
});

test("a kept payment that is another's, or gone, gives way to the form", async () => {
  sessionStorage.setItem("gpb.own.usr_1.top-up", "top_9");
  await openApp(
    "/billing",
    api(() => [201, made("succeeded")]),
    { signedIn: true },
  );
  expect(await payButton()).toBeTruthy();
  expect(sessionStorage.getItem("gpb.own.usr_1.top-up")).toBeNull();
});

test("what is paid is said to be on its way only until it is in the wallet", async () => {
  let posted = false;
  await openApp(
    "/billing",
    api(() => [201, made("succeeded")], {
      "GET /billing/charges": () => ({
        items: posted ? [{ ...DEPOSIT, at: "2026-11-21T10:00:02Z" }] : [BEFORE],
      }),
    }),
    { signedIn: true },
  );
  fireEvent.click(await payButton());
  expect(await screen.findByText(/reaches your wallet within seconds/)).toBeTruthy();
  posted = true;
  expect(await screen.findByText("$25.00 is in your wallet", {}, { timeout: 9_000 })).toBeTruthy();
  expect(screen.queryByText(/within seconds/)).toBeNull();
});

test("what is paid is looked at until it is in the wallet, though no notice comes", async () => {
  let looked = false;
  await openApp(
    "/billing",
    api(() => [201, made("succeeded")], {
      "GET /billing/top-ups/top_1": () => {
        looked = true;
        return made("succeeded");
      },
      "GET /billing/charges": () => ({
        items: looked ? [{ ...DEPOSIT, at: "2026-11-21T10:00:02Z" }] : [BEFORE],
      }),
    }),
    { signedIn: true },
  );
  fireEvent.click(await payButton());
  expect(await screen.findByText(/reaches your wallet within seconds/)).toBeTruthy();
  expect(await screen.findByText("$25.00 is in your wallet", {}, { timeout: 14_000 })).toBeTruthy();
}, 20_000);

test("another card is kept only if its owner agrees", async () => {
  const pays = {
    "POST /billing/setup-intent": () => [
      201,
      { id: "seti_1", client_secret: "s", publishable_key: null },
    ],
  };
  const { log } = await openApp(
    "/billing",
    api(() => refusal(402, "card_declined", "Your card was declined."), pays),
    { signedIn: true },
  );
  await payButton();
  fireEvent.click(screen.getByLabelText("Another card"));
  fireEvent.click(await screen.findByRole("button", { name: /^Use 4242/ }));
  fireEvent.click(await payButton());
  await waitFor(() => expect(payments(log)).toHaveLength(1));
  await screen.findByText(/Nothing was charged/);
  fireEvent.click(screen.getByLabelText(/Keep this card/));
  fireEvent.click(await payButton());
  await waitFor(() => expect(payments(log)).toHaveLength(2));
  expect(payments(log).map(({ body }) => body)).toMatchObject([
    { payment_method_id: "pm_card_visa", keep_card: false },
    { payment_method_id: "pm_card_visa", keep_card: true },
  ]);
});

test("money that a pod needs is suggested, and once it is paid there is a way back", async () => {
  const { router } = await openApp(
    "/billing?amount=5.01&next=%2Fnotifications%3Fof%3Dpods",
    api(() => [201, made("succeeded")]),
    { signedIn: true },
  );
  fireEvent.click(await payButton("$5.01"));
  fireEvent.click(await screen.findByRole("button", { name: "Back to your pod" }));
  await waitFor(() => expect(router.state.location.href).toBe("/notifications?of=pods"));
});

test("a way back to another site is none", async () => {
  await openApp(
    "/billing?next=%2F%2Fevil.example",
    api(() => [201, made("succeeded")]),
    { signedIn: true },
  );
  fireEvent.click(await payButton());
  await screen.findByText("$25.00 is paid");
  expect(screen.queryByRole("button", { name: "Back to your pod" })).toBeNull();
});
