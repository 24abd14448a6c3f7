import { describe, expect, it } from "vitest";
import {
  deployKey,
  priceChange,
  sameConfiguration,
  secondsLeft,
  shareLeft,
  spoken,
} from "./quote.ts";

const quote = { created_at: "2026-11-21T12:00:00Z", expires_at: "2026-11-21T12:01:00Z" };
const at = (seconds: number) => Date.parse(quote.created_at) + seconds * 1_000;

describe("the countdown", () => {
  it("ends when the price does, not before", () => {
    expect([0, 0.5, 59.999, 60, 61].map((seconds) => secondsLeft(quote, at(seconds)))).toEqual([
      60, 60, 1, 0, 0,
    ]);
    expect([0, 30, 60, 99].map((seconds) => shareLeft(quote, at(seconds)))).toEqual([1, 0.5, 0, 0]);
  });

  it("is spoken at 30 and at 10 seconds and at its end, and only then", () => {
    const said = Array.from({ length: 61 }, (_, index) => spoken(60 - index));
    const changes = said.flatMap((text, index) =>
      text !== said[index - 1] && text !== "" ? [60 - index] : [],
    );
    expect(changes).toEqual([30, 10, 0]);
  });
});

describe("a new price", () => {
  it("is told against the one before", () => {
    expect(priceChange(1_750_000, 1_750_000)).toEqual({
      way: "same",
      words: "The price is the same: $1.75 an hour.",
    });
    expect(priceChange(1_750_000, 1_800_000)).toEqual({
      way: "up",
      words: "The price rose by $0.050 an hour (2.9%): it was $1.75 and is $1.80 now.",
    });
    expect(priceChange(2_000_000, 1_000_000)).toEqual({
      way: "down",
      words: "The price fell by $1.00 an hour (50.0%): it was $2.00 and is $1.00 now.",
    });
  });

  it("shows even a change too small for cents", () => {
    expect(priceChange(1_750_000, 1_750_001)).toEqual({
      way: "up",
      words:
        "The price rose by $0.000001 an hour (less than 0.1%): " +
        "it was $1.750000 and is $1.750001 now.",
    });
  });

  it("is asked for with the same request, or not at all where the keys are not known", () => {
    const chosen = { any_region: true, relaunch: true };
    const machine = { offer_id: "off_1", template_id: "ssh", disk_gib: 80, ...chosen };
    const old = { ...machine, ssh_keys: 1 };
    expect(sameConfiguration(old, ["k1"])).toEqual({ ...machine, ssh_key_ids: ["k1"] });
    expect(sameConfiguration(old, undefined)).toBeNull();
    expect(sameConfiguration({ ...old, ssh_keys: 0 }, undefined)?.ssh_key_ids).toEqual([]);
  });
});

it("a quote has one key of a length the API takes", () => {
  const id = `quote_${"0".repeat(26)}`;
  expect(deployKey(id)).toBe(deployKey(id));
  expect(deployKey(id).length).toBeGreaterThanOrEqual(8);
  expect(deployKey(id).length).toBeLessThanOrEqual(64);
});
