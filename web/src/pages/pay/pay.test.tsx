import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { closeApp, openApp, refusal, type Sent } from "../../shell/test-app.tsx";

const PRO = {
  id: "pro",
  name: "PRO",
  summary: "",
  monthly_usd_micros: 29_000_000,
  annual_usd_micros: 290_000_000,
  running_pods_max: 10,
  brokerage_basis_points: 400,
  features: ["10 running pods"],
  monthly_price_id: "price_m",
  annual_price_id: "price_y",
};
const FREE = { ...PRO, id: "free", name: "FREE", monthly_usd_micros: 0, annual_usd_micros: 0 };
const VISA = {
  id: "pm_1",
  brand: "visa",
  last4: "4242",
  exp_month: 12,
  exp_year: 2034,
  is_default: true,
};

/** An API where nobody has paid yet; `subscribe` decides the outcome. */
function api(subscribe: (sent: Sent) => unknown, cards: unknown[] = []) {
  let plan = FREE;
  return {
    "GET /billing/plans": () => ({ items: [FREE, PRO] }),
    "GET /auth/me": () => ({
      user_id: "usr_1",
      email: "ada@example.com",
      email_verified: true,
      name: "Ada",
      role: "user",
      plan,
      plan_wanted: "pro",
      tenant: { id: "ten_1", name: "demo", mode: "SANDBOX" },
      wallet: {},
    }),
    "GET /billing/subscription": () => ({ subscription: null }),
    "GET /billing/payment-methods": () => ({ items: cards }),
    "POST /billing/setup-intent": () => [
      201,
      { id: "seti_1", client_secret: "s", publishable_key: null },
    ],
    "POST /billing/subscribe": async (sent: Sent) => {
      const answered = await subscribe(sent);
      if ((answered as unknown[])[0] === 201) plan = PRO;
      return answered;
    },
  };
}
const active = [
  201,
  {
    plan: "pro",
    interval: "year",
    status: "active",
    current_period_end: "2027-11-21T00:00:00Z",
    publishable_key: null,
  },
];
const slowly = () =>
  new Promise((done) => {
    setTimeout(() => done(active), 200);
  });
const subscriptions = (log: Sent[]) => log.filter(({ path }) => path === "/billing/subscribe");
const keys = (log: Sent[]) =>
  subscriptions(log).map(({ headers }) => headers.get("idempotency-key"));

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

async function typeCard(number: string) {
  await screen.findByLabelText("Card number");
  type("Card number", number);
  type("Expires", "12/34");
  type("CVC", "123");
  type("Name on the card", "Ada");
  const consent = screen.getByLabelText(/^Keep this card/) as HTMLInputElement;
  if (!consent.checked) fireEvent.click(consent);
}
const pay = () => fireEvent.click(screen.getByRole("button", { name: /^Pay/ }));

afterEach(closeApp);

test("a double click pays once, and the plan that follows leads on", async () => {
  const { log, router } = await openApp("/pay?plan=pro&interval=year", api(slowly), {
    signedIn: true,
  });
  await typeCard("4242 4242 4242 4242");
  expect(screen.getByRole("button", { name: "Pay $290.00" })).toBeTruthy();
  pay();
  pay();
  await waitFor(() => expect(router.state.location.pathname).toBe("/overview"), { timeout: 5_000 });
  expect(subscriptions(log)).toHaveLength(1);
  expect(subscriptions(log)[0]?.body).toEqual({
    plan: "pro",
    interval: "year",
    payment_method_id: "pm_card_visa",
  });
  expect(await screen.findByText("You are on Pro now.")).toBeTruthy();
});

test("no card number leaves the page", async () => {
  const { log, router } = await openApp(
    "/pay?plan=pro&interval=year",
    api(() => active),
    { signedIn: true },
  );
  await typeCard("5555 5555 5555 4444");
  pay();
  await waitFor(() => expect(router.state.location.pathname).toBe("/overview"), { timeout: 5_000 });
  expect(JSON.stringify(log)).not.toMatch(/5555/);
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toMatch(/5555/);
});

test("a declined card is said at the card, and another one pays with a key of its own", async () => {
  const answers = [refusal(402, "card_declined", "Your card was declined."), active];
  const { log } = await openApp(
    "/pay?plan=pro&interval=year",
    api(() => answers.shift()),
    { signedIn: true },
  );
  await typeCard("4000 0000 0000 0002");
  pay();
  expect((await screen.findByRole("alert")).textContent).toBe(
    "Your card was declined. Nothing was charged. Try another card.",
  );
  expect(screen.getByLabelText("Card number").getAttribute("aria-invalid")).toBe("true");
  expect((screen.getByLabelText("Expires") as HTMLInputElement).value).toBe("12/34");
  await typeCard("4242 4242 4242 4242");
  pay();
  await waitFor(() => expect(subscriptions(log)).toHaveLength(2));
  expect(new Set(keys(log)).size).toBe(2);
});

test("after a lost answer the same payment is asked for again, under the same key", async () => {
  const answers = [new Error("cut off"), active];
  const { log } = await openApp(
    "/pay?plan=pro&interval=year",
    api(() => answers.shift()),
    { signedIn: true },
  );
  await typeCard("4242 4242 4242 4242");
  pay();
  expect((await screen.findByRole("alert")).textContent).toMatch(/could not be reached/);
  pay();
  await waitFor(() => expect(subscriptions(log)).toHaveLength(2));
  expect(new Set(keys(log)).size).toBe(1);
});

test("a card that asks its owner says what is needed where nobody can be asked", async () => {
  const waits = [
    200,
    {
      plan: "pro",
      interval: "year",
      status: "incomplete",
      current_period_end: "2027-11-21T00:00:00Z",
      client_secret: "pi_secret",
      publishable_key: null,
    },
  ];
  await openApp(
    "/pay?plan=pro&interval=year",
    api(() => waits),
    { signedIn: true },
  );
  await typeCard("4000 0027 6000 3184");
  pay();
  expect((await screen.findByRole("alert")).textContent).toMatch(/asks its owner to confirm/);
});

test("the switch to monthly is in the URL and changes what is paid, with a stored card", async () => {
  const { log, router } = await openApp(
    "/pay?plan=pro&interval=year",
    api(() => active, [VISA]),
    { signedIn: true },
  );
  fireEvent.click(await screen.findByLabelText("Monthly"));
  await screen.findByRole("button", { name: "Pay $29.00" });
  expect(router.state.location.search).toEqual({ plan: "pro", interval: "month" });
  pay();
  await waitFor(() =>
    expect(subscriptions(log)[0]?.body).toEqual({
      plan: "pro",
      interval: "month",
      payment_method_id: "pm_1",
    }),
  );
});

test("who has a plan pays for nothing again", async () => {
  const subscription = {
    plan: "pro",
    interval: "month",
    status: "active",
    current_period_end: "2026-12-21T00:00:00Z",
    cancel_at_period_end: false,
  };
  await openApp(
    "/pay?plan=pro",
    { ...api(() => active), "GET /billing/subscription": () => ({ subscription }) },
    { signedIn: true },
  );
  expect(await screen.findByText("You are on Pro")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Change the plan" }).getAttribute("href")).toBe(
    "/billing?tab=plan",
  );
  expect(screen.queryByLabelText("Card number")).toBeNull();
});

const incomplete = (secret: string | null) => [
  201,
  {
    plan: "pro",
    interval: "year",
    status: "incomplete",
    current_period_end: "2027-11-21T00:00:00Z",
    client_secret: secret,
    publishable_key: null,
  },
];
const waits = {
  plan: "pro",
  interval: "year",
  status: "incomplete",
  current_period_end: "2027-11-21T00:00:00Z",
  cancel_at_period_end: false,
};

test("a payment that its bank has not answered is on its way, not paid", async () => {
  const answers = { ...api(() => []), "POST /billing/subscribe": () => incomplete(null) };
  await openApp("/pay?plan=pro&interval=year", answers, { signedIn: true });
  await typeCard("4242 4242 4242 4242");
  pay();
  expect(await screen.findByText("Your payment for Pro is on its way")).toBeTruthy();
  expect(screen.queryByText(/^Paid/)).toBeNull();
});

test("a first payment that waits is said, and goes on without a card", async () => {
  const answers = {
    ...api(() => []),
    "POST /billing/subscribe": () => incomplete(null),
    "GET /billing/subscription": () => ({ subscription: waits }),
  };
  const { log } = await openApp("/pay", answers, { signedIn: true });
  expect(await screen.findByText("A payment for Pro is waiting")).toBeTruthy();
  expect(await screen.findByText("Another card")).toBeTruthy();
  expect(await screen.findByRole("button", { name: "Pay $290.00" })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Confirm the payment" }));
  expect(await screen.findByText("Your payment for Pro is on its way")).toBeTruthy();
  expect(subscriptions(log).map(({ body }) => body)).toEqual([
    { plan: "pro", interval: "year", payment_method_id: null },
  ]);
});

test("a first payment that waits can be paid with another card", async () => {
  const answers = {
    ...api(() => active),
    "GET /billing/subscription": () => ({ subscription: waits }),
  };
  const { log, router } = await openApp("/pay", answers, { signedIn: true });
  await screen.findByText("A payment for Pro is waiting");
  await typeCard("4242 4242 4242 4242");
  pay();
  await waitFor(() => expect(router.state.location.pathname).toBe("/overview"), { timeout: 5_000 });
  expect(subscriptions(log)[0]?.body).toMatchObject({
    interval: "year",
    payment_method_id: "pm_card_visa",
  });
});

test("a first payment that waits and is declined after all is said, and the cards stay", async () => {
  let subscription: typeof waits | null = waits;
  const declined = () => {
    subscription = null;
    return refusal(402, "card_declined", "Your card was declined.");
  };
  const answers = {
    ...api(() => []),
    "POST /billing/subscribe": declined,
    "GET /billing/subscription": () => ({ subscription }),
  };
  await openApp("/pay?plan=pro&interval=year", answers, { signedIn: true });
  fireEvent.click(await screen.findByRole("button", { name: "Confirm the payment" }));
  expect(
    await screen.findByText("Your card was declined. Nothing was charged. Try another card."),
  ).toBeTruthy();
  await waitFor(() => expect(screen.queryByText("A payment for Pro is waiting")).toBeNull());
  expect(await screen.findByLabelText("Card number")).toBeTruthy();
});

test("a new card is not sent before its owner agreed that it is kept", async () => {
  const { log } = await openApp(
    "/pay?plan=pro&interval=year",
    api(() => active),
    { signedIn: true },
  );
  await typeCard("4242 4242 4242 4242");
  fireEvent.click(screen.getByLabelText(/You may charge it \$290.00 every year until I cancel/));
  pay();
  expect((await screen.findByRole("alert")).textContent).toMatch(/Agree to this first/);
  expect(subscriptions(log)).toEqual([]);
});

test("what is charged is the preview's sum, with credit deducted", async () => {
  const preview = {
    plan: "pro",
    interval: "year",
    as_of: "2026-11-21T10:00:00Z",
    price_usd_micros: 290_000_000,
    unused_usd_micros: 0,
    credit_usd_micros: 40_000_000,
    due_now_usd_micros: 250_000_000,
    credit_left_usd_micros: 0,
    next_charge: { amount_usd_micros: 290_000_000, at: "2027-11-21T10:00:00Z" },
    card: null,
  };
  await openApp(
    "/pay?plan=pro&interval=year",
    { ...api(() => active), "POST /billing/subscription/preview": () => preview },
    { signedIn: true },
  );
  expect(await screen.findByRole("button", { name: "Pay $250.00" })).toBeTruthy();
  expect(screen.getByText("Credit from an earlier plan").nextSibling?.textContent).toBe("−$40.00");
  expect(screen.getByText("Renews 21 Nov 2027").nextSibling?.textContent).toBe("$290.00");
});
