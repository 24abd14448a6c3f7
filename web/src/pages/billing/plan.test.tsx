import { fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { closeApp, openApp } from "../../shell/test-app.tsx";

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

afterEach(closeApp);

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
