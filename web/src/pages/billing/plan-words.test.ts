import { describe, expect, it } from "vitest";
import type { Plan } from "../../nouns/plan/plan.ts";
import { changeWords, choiceOf, standing, type Subscription } from "./plan-words.ts";

const of = (change: Partial<Subscription> = {}): Subscription => ({
  plan: "pro",
  interval: "month",
  status: "active",
  current_period_end: "2026-12-21T03:47:48Z",
  cancel_at_period_end: false,
  ...change,
});
const plan = (id: Plan["id"], monthly: number): Plan => ({
  id,
  name: id.toUpperCase(),
  summary: "",
  monthly_usd_micros: monthly * 1_000_000,
  annual_usd_micros: monthly * 10_000_000,
  running_pods_max: 1,
  brokerage_basis_points: 400,
  features: [],
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

describe("a change's money", () => {
  const [pro, enterprise] = [plan("pro", 29), plan("enterprise", 499)];
  it("charges the difference upwards", () =>
    expect(changeWords(pro, "month", enterprise, "month")).toContain("difference"));
  it("sets off downwards", () =>
    expect(changeWords(enterprise, "month", pro, "month")).toContain("deducted"));
  it("begins a new period with another interval", () =>
    expect(changeWords(pro, "month", pro, "year")).toContain("$290.00 a year"));
});
