import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { learnTenant } from "../../ui/tenant.ts";
import { closeApp, openApp, refusal, type Sent } from "../../shell/test-app.tsx";

const PLAN = { summary: "", features: [], running_pods_max: 10, brokerage_basis_points: 400 };
const PLANS = [
  { ...PLAN, id: "free", name: "FREE", monthly_usd_micros: 0, annual_usd_micros: 0 },
  {
    ...PLAN,
    id: "enterprise",
    name: "ENTERPRISE",
    monthly_usd_micros: 499_000_000,
    annual_usd_micros: 4_990_000_000,
  },
];

const PRO = {
  ...PLAN,
  id: "pro",
  name: "PRO",
  monthly_usd_micros: 29_000_000,
  annual_usd_micros: 290_000_000,
};
const SUBSCRIPTION = {
  plan: "pro",
  interval: "month",
  status: "active",
  current_period_end: "2026-12-21T10:00:00Z",
  cancel_at_period_end: false,
};
const VISA = {
  id: "pm_1",
  brand: "visa",
  last4: "4242",
  exp_month: 12,
  exp_year: 2034,
  is_default: true,
};
const preview = (as_of: string, due: number) => ({
  plan: "enterprise",
  interval: "month",
  as_of,
  price_usd_micros: due + 28_990_000,
  unused_usd_micros: 28_990_000,
  credit_usd_micros: 0,
  due_now_usd_micros: due,
  credit_left_usd_micros: 0,
  next_charge: { amount_usd_micros: 499_000_000, at: "2026-12-21T10:00:00Z" },
  card: VISA,
});

/** Somebody on PRO; `previews` are answered one after the other. */
const subscriber = (previews: unknown[], change: (sent: Sent) => unknown) => ({
  "GET /auth/me": () => ({
    user_id: "usr_1",
    email: "ada@example.com",
    name: "Ada",
    plan: PRO,
    plan_wanted: "pro",
    wallet: {},
  }),
  "GET /billing/subscription": () => ({ subscription: SUBSCRIPTION }),
  "GET /billing/plans": () => ({ items: [PLANS[0], PRO, PLANS[1]] }),
  "POST /billing/subscription/preview": () => previews.shift(),
  "POST /billing/subscription/change": change,
});
const changes = (log: Sent[]) =>
  log.filter(({ path }) => path === "/billing/subscription/change").map(({ body }) => body);

beforeEach(() => learnTenant({ id: "ten_1", name: "demo", mode: "SANDBOX", branding: null }));
afterEach(closeApp);

test("a change shows what it costs and which card pays, and is made at just that", async () => {
  const { log } = await openApp(
    "/billing?tab=plan",
    subscriber([preview("2026-11-21T10:00:00Z", 470_000_000)], () => ({
      ...SUBSCRIPTION,
      plan: "enterprise",
    })),
    { signedIn: true },
  );
  fireEvent.click(await screen.findByRole("button", { name: "Change to Enterprise" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect((await dialog.findByText("Charged now")).closest("div")?.textContent).toContain("$470.00");
  expect(dialog.getByText("Next charge on 21 Dec 2026").nextSibling?.textContent).toBe("$499.00");
  expect(dialog.getByText("Visa ending in 4242")).toBeTruthy();
  expect(changes(log)).toEqual([]);
  fireEvent.click(dialog.getByRole("button", { name: "Change to Enterprise" }));
  await screen.findByText("You are on Enterprise now.");
  expect(changes(log)).toEqual([
    { plan: "enterprise", interval: "month", as_of: "2026-11-21T10:00:00Z" },
  ]);
});

test("amounts that are out of date are shown anew before anything is charged", async () => {
  const { log } = await openApp(
    "/billing?tab=plan",
    subscriber(
      [preview("2026-11-21T10:00:00Z", 470_000_000), preview("2026-11-21T11:00:00Z", 460_000_000)],
      () => refusal(409, "preview_expired", "The amounts you were shown are out of date."),
    ),
    { signedIn: true },
  );
  fireEvent.click(await screen.findByRole("button", { name: "Change to Enterprise" }));
  const dialog = within(await screen.findByRole("dialog"));
  await dialog.findByText("$470.00");
  fireEvent.click(dialog.getByRole("button", { name: "Change to Enterprise" }));
  expect(await dialog.findByText("$460.00")).toBeTruthy();
  expect(dialog.getByRole("alert").textContent).toContain("out of date");
  await waitFor(() => expect(changes(log)).toHaveLength(1));
});

test("a cancellation says which charge will not be made", async () => {
  const { log } = await openApp(
    "/billing?tab=plan",
    subscriber([preview("2026-11-21T10:00:00Z", 0)], () => SUBSCRIPTION),
    { signedIn: true },
  );
  fireEvent.click(await screen.findByRole("button", { name: "Cancel Pro" }));
  const said = await screen.findByText(/will not be made/);
  expect(said.textContent).toContain("$499.00 on 21 Dec 2026 to Visa ending in 4242");
  expect(changes(log)).toEqual([]);
});

test("a year's price by the month is the one that every page says", async () => {
  await openApp(
    "/billing?tab=plan",
    {
      "GET /auth/me": () => ({
        user_id: "usr_1",
        email: "ada@example.com",
        name: "Ada",
        plan: PLANS[0],
        plan_wanted: "free",
        wallet: {},
      }),
      "GET /billing/subscription": () => ({ subscription: null }),
      "GET /billing/plans": () => ({ items: PLANS }),
    },
    { signedIn: true },
  );
  fireEvent.click(await screen.findByLabelText("Annual"));
  expect(await screen.findByText("$415.84")).toBeTruthy();
  expect(screen.getByText("$4,990.00 billed once a year, $998 less than monthly")).toBeTruthy();
});
