import { expect, it } from "vitest";
import type { Shape } from "../../api/client.ts";
import { todosOf } from "./todos.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const plan = { id: "pro", running_pods_max: 2 } as Shape<"Plan">;
const pod = (state: Shape<"PodState">, stopped = 10_000) => ({
  state,
  price: {
    rate_usd_micros_per_hour: 1_000_000,
    stopped_rate_usd_micros_per_hour: stopped,
  } as Shape<"Price">,
});
type Facts = Parameters<typeof todosOf>[0];
const titles = (change: Partial<Facts>) =>
  todosOf({
    me: { plan, plan_wanted: "pro", email_verified: true },
    subscription: null,
    wallet: { available_usd_micros: 1, grants: [] },
    pods: [],
    keys: 1,
    drafts: [],
    now: NOW,
    ...change,
  }).map(({ title }) => title);
const holding = (expires_at: string) => ({
  available_usd_micros: 12_349_999,
  grants: [{ name: "signup", amount_usd_micros: 12_349_999, expires_at }],
});

it("asks for nothing where nothing is to be done", () => expect(titles({})).toEqual([]));

it("begins with a payment that failed", () => {
  const subscription = { plan: "pro", status: "past_due" } as const;
  expect(titles({ subscription, keys: 0 })).toEqual([
    "Your payment for Pro failed",
    "Add an SSH key",
  ]);
});

it("reminds of a plan that was chosen and not paid", () => {
  const free = { ...plan, id: "free" } as Shape<"Plan">;
  expect(titles({ me: { plan: free, plan_wanted: "pro", email_verified: true } })).toEqual([
    "Pro starts with its first payment",
  ]);
});

it("says what stopped pods cost, and when the plan is full", () => {
  expect(titles({ pods: [pod("stopped"), pod("stopped"), pod("running")] })).toEqual([
    "2 stopped pods cost $0.020 an hour",
  ]);
  expect(titles({ pods: [pod("stopped")] })).toEqual(["1 stopped pod costs $0.010 an hour"]);
  expect(titles({ pods: [pod("stopped", 0)] })).toEqual([]);
  expect(titles({ pods: [pod("running"), pod("ready")] })).toEqual([
    "All 2 pods of your plan are in use",
  ]);
  const one = { plan: { ...plan, running_pods_max: 1 }, plan_wanted: "pro", email_verified: true };
  expect(titles({ me: one as Facts["me"], pods: [pod("running")] })).toEqual([
    "The one pod of your plan is in use",
  ]);
});

it("warns a week before free credit expires, without promising too much of it", () => {
  expect(titles({ wallet: holding("2026-11-24T10:00:00Z") })).toEqual([
    "$12.34 of free credit expires in 3 d",
  ]);
  expect(titles({ wallet: holding("2026-11-28T10:00:01Z") })).toEqual([]);
});

it("asks for money where there is none, and not before it is known", () => {
  expect(titles({ wallet: { available_usd_micros: 0, grants: [] } })).toEqual([
    "You have no money for another pod",
  ]);
  expect(titles({ wallet: undefined })).toEqual([]);
});

it("leads to what was begun, and to an address that is not verified", () => {
  const drafts = [
    { id: "drf_1", updated_at: "2026-11-20T00:00:00Z", fields: { name: "old" } },
    { id: "drf_2", updated_at: "2026-11-21T00:00:00Z", fields: { name: "training" } },
  ] as Shape<"DraftView">[];
  expect(titles({ drafts, me: { plan, plan_wanted: "pro", email_verified: false } })).toEqual([
    "Your email is not verified",
    "Resume training",
  ]);
});
