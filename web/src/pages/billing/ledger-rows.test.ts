import { describe, expect, it } from "vitest";
import { partsOf, ledgerRows, type Transaction } from "./ledger-rows.ts";

const POD = "pod_01m7y3fcc57dm9ahqxg7v04kkh";
const line = (
  minute: number,
  kind: Transaction["kind"],
  held: number,
  description = `Usage of ${POD}`,
): Transaction => ({
  at: `2026-11-21T10:${String(minute).padStart(2, "0")}:00Z`,
  kind,
  description,
  available_change_usd_micros: kind === "hold" ? -held : 0,
  held_change_usd_micros: held,
});

const sum = (of: number[]) => of.reduce((all, one) => all + one, 0);

describe("ledgerRows", () => {
  it("makes usage of the same pod one row, with its sum and its time", () => {
    const rows = ledgerRows([
      line(3, "capture", -30),
      line(2, "capture", -20),
      line(1, "capture", -10),
      line(0, "hold", 500, "Held"),
    ]);
    expect(
      rows.map(({ kind, held, available, entries }) => [kind, held, available, entries.length]),
    ).toEqual([
      ["capture", -60, 0, 3],
      ["hold", 500, -500, 1],
    ]);
    expect(rows[0]).toMatchObject({ at: "2026-11-21T10:03:00Z", since: "2026-11-21T10:01:00Z" });
  });
  it("does not join over what stands between, other pods, or other kinds", () => {
    expect(
      ledgerRows([line(4, "capture", -1), line(3, "hold", 5), line(2, "capture", -1)]),
    ).toHaveLength(3);
    expect(
      ledgerRows([line(2, "capture", -1), line(1, "capture", -1, "Usage of 2 pods")]),
    ).toHaveLength(2);
    expect(ledgerRows([line(2, "hold", 1, "Held"), line(1, "hold", 1, "Held")])).toHaveLength(2);
  });
  it("loses and invents no money", () => {
    const lines = Array.from({ length: 50 }, (_, index) =>
      line(59 - index, index % 7 === 0 ? "hold" : "capture", index),
    );
    expect(sum(ledgerRows(lines).map(({ held }) => held))).toBe(
      sum(lines.map((one) => one.held_change_usd_micros)),
    );
  });
  it("keeps a row's key while newer usage joins it", () => {
    const before = ledgerRows([line(2, "capture", -1), line(1, "capture", -1)]);
    expect(
      ledgerRows([line(3, "capture", -1), line(2, "capture", -1), line(1, "capture", -1)])[0]?.key,
    ).toBe(before[0]?.key);
  });
});

it("finds the pods in a description", () => {
  expect(partsOf(`Held for ${POD}`)).toEqual([
    { text: "Held for ", isPod: false },
    { text: POD, isPod: true },
  ]);
  expect(partsOf("Payment received")).toEqual([{ text: "Payment received", isPod: false }]);
});

it("calls free credit by its name", () =>
  expect(partsOf('Free credit "signup"')).toEqual([{ text: "Sign-up credit", isPod: false }]));
