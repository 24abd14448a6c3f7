import { describe, expect, it } from "vitest";
import { type Charge, chargeWords, joined } from "./charges.ts";

const pod = (id: string, amount: number) => ({
  pod_id: id,
  pod_name: id,
  gpu: "A10",
  amount_usd_micros: amount,
});
const usage = (at: string, balance: number, ...pods: Charge["pods"]): Charge => ({
  kind: "usage",
  since: at,
  at,
  entries: 1,
  amount_usd_micros: -pods.reduce((all, one) => all + one.amount_usd_micros, 0),
  balance_usd_micros: balance,
  pods,
});
const deposit = (at: string): Charge => ({
  ...usage(at, 100),
  kind: "deposit",
  amount_usd_micros: 50,
});

describe("lines over the end of a page", () => {
  it("usage of one day is one line, with the newest balance", () => {
    const lines = [
      usage("2026-11-21T18:00:00Z", 70, pod("a", 3), pod("b", 4)),
      usage("2026-11-21T09:00:00Z", 77, pod("b", 6)),
      usage("2026-11-20T23:59:00Z", 83, pod("b", 1)),
    ];
    expect(joined(lines)).toEqual([
      {
        ...lines[0],
        since: "2026-11-21T09:00:00Z",
        entries: 2,
        amount_usd_micros: -13,
        pods: [pod("b", 10), pod("a", 3)],
      },
      lines[2],
    ]);
  });
  it("nothing is joined over what stands between, and no money is lost", () => {
    const lines = [
      usage("2026-11-21T18:00:00Z", 70, pod("a", 3)),
      deposit("2026-11-21T17:00:00Z"),
      usage("2026-11-21T09:00:00Z", 23, pod("a", 6)),
    ];
    expect(joined(lines)).toEqual(lines);
  });
});

it.each([
  [deposit("2026-11-21T17:00:00Z"), "Added by card"],
  [{ ...deposit("2026-11-21T17:00:00Z"), kind: "grant", grant: "signup" }, "Sign-up credit"],
  [
    { ...deposit("2026-11-21T17:00:00Z"), kind: "expiry", grant: "signup" },
    "Sign-up credit expired",
  ],
  [usage("2026-11-21T17:00:00Z", 1, pod("a", 1)), "Usage"],
  [usage("2026-11-21T17:00:00Z", 1, pod("a", 1), pod("b", 1)), "Usage of 2 pods"],
] as [Charge, string][])("%# is called in words", (line, words) =>
  expect(chargeWords(line)).toBe(words),
);
