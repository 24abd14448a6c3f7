import { describe, expect, it } from "vitest";
import { choiceOf, type Preview, previewRows, standing, type Subscription } from "./plan-words.ts";

const of = (change: Partial<Subscription> = {}): Subscription => ({
  plan: "pro",
  interval: "month",
  status: "active",
  current_period_end: "2026-12-21T03:47:48Z",
  cancel_at_period_end: false,
  ...change,
});
const CARD = {
  id: "pm_1",
  brand: "visa",
  last4: "4242",
  exp_month: 12,
  exp_year: 2034,
  is_default: true,
};
const preview = (change: Partial<Preview> = {}): Preview => ({
  plan: "enterprise",
  interval: "month",
  as_of: "2026-11-25T10:00:00Z",
  price_usd_micros: 0,
  unused_usd_micros: 0,
  credit_usd_micros: 0,
  due_now_usd_micros: 0,
  credit_left_usd_micros: 0,
  next_charge: { amount_usd_micros: 499_000_000, at: "2026-12-21T03:47:48Z" },
  card: CARD,
  ...change,
});

describe("what a plan's button does", () => {
  it("subscribes who has no plan, once the first payment waits too", () => {
    for (const none of [null, of({ status: "canceled" }), of({ status: "incomplete" })]) {
      expect(choiceOf("pro", "month", none)).toBe("subscribe");
      expect(choiceOf("free", "month", none)).toBe("current");
    }
  });
  it("offers nothing that the API refuses while a payment failed for good", () =>
    expect(choiceOf("pro", "month", of({ status: "unpaid" }))).toBe("none"));
  it("changes plan or interval of who has one, and cancels for Free", () => {
    for (const status of ["active", "past_due", "trialing"] as const) {
      expect(choiceOf("pro", "month", of({ status }))).toBe("current");
      expect(choiceOf("pro", "year", of({ status }))).toBe("change");
      expect(choiceOf("enterprise", "month", of({ status }))).toBe("change");
      expect(choiceOf("free", "month", of({ status }))).toBe("cancel");
    }
  });
  it("takes a cancellation back", () => {
    const ending = of({ cancel_at_period_end: true });
    expect(choiceOf("pro", "month", ending)).toBe("keep");
    expect(choiceOf("free", "month", ending)).toBe("ends");
    expect(choiceOf("enterprise", "month", ending)).toBe("change");
  });
});

describe("how a subscription stands", () => {
  it.each([
    [null, "No subscription", null],
    [of(), "Active", null],
    [of({ cancel_at_period_end: true }), "Ends on 21 Dec 2026", "keep"],
    [of({ status: "past_due" }), "Payment failed", "card"],
    [of({ status: "unpaid" }), "Not paid", "card"],
    [of({ status: "incomplete" }), "Waiting for you", "pay"],
  ] as const)("%# says what to do", (subscription, word, next) =>
    expect(standing(subscription)).toMatchObject({ word, next }),
  );
});

describe("what a change costs, before it is confirmed", () => {
  it("upwards: the difference now, and the whole price on its day", () => {
    const up = preview({
      price_usd_micros: 432_500_000,
      unused_usd_micros: 25_130_000,
      due_now_usd_micros: 407_370_000,
    });
    expect(previewRows(up, "Pro")).toEqual([
      ["Enterprise until 21 Dec 2026", "$432.50"],
      ["Unused time of Pro", "−$25.13"],
      ["Charged now", "$407.37"],
      ["Next charge on 21 Dec 2026", "$499.00"],
      ["Card", "Visa ending in 4242"],
    ]);
  });
  it("downwards: nothing now, and the credit that is left", () => {
    const down = preview({
      plan: "pro",
      price_usd_micros: 25_130_000,
      unused_usd_micros: 432_500_000,
      credit_usd_micros: 1_000_000,
      credit_left_usd_micros: 408_370_000,
      next_charge: { amount_usd_micros: 0, at: "2026-12-21T03:47:48Z" },
      card: null,
    });
    expect(previewRows(down, "Enterprise")).toEqual([
      ["Pro until 21 Dec 2026", "$25.13"],
      ["Unused time of Enterprise", "−$432.50"],
      ["Credit from earlier changes", "−$1.00"],
      ["Charged now", "$0.00"],
      ["Credit towards your next charges", "$408.37"],
      ["Next charge on 21 Dec 2026", "$0.00"],
      ["Card", "None yet"],
    ]);
  });
  it("going on: nothing now", () =>
    expect(previewRows(preview(), "Enterprise")).toEqual([
      ["Charged now", "$0.00"],
      ["Next charge on 21 Dec 2026", "$499.00"],
      ["Card", "Visa ending in 4242"],
    ]));
});
