import { expect, it } from "vitest";
import type { Ranked } from "./gone.ts";
import { movesBetween, movesInWords } from "./moves.ts";

const rows = (rates: Record<string, number>) =>
  Object.entries(rates).map(
    ([id, rate]) => ({ offer: { id, rate_usd_micros_per_hour: rate } }) as unknown as Ranked,
  );

it("prices that changed are told from new offers and from those that stayed", () => {
  const moves = movesBetween(
    rows({ a: 100, b: 200, c: 300 }),
    rows({ c: 330, b: 200, a: 90, d: 5 }),
  );
  expect(Object.fromEntries(moves)).toEqual({
    a: { was: 100, now: 90 },
    c: { was: 300, now: 330 },
  });
  expect(movesBetween([], rows({ a: 1 })).size).toBe(0);
});

it("are said in one sentence, for those who cannot see them flash", () => {
  const words = (before: Record<string, number>, now: Record<string, number>) =>
    movesInWords(movesBetween(rows(before), rows(now)));
  expect(words({ a: 2, b: 2, c: 2 }, { a: 1, b: 1, c: 3 })).toBe("2 prices went down, 1 went up.");
  expect(words({ a: 2 }, { a: 1 })).toBe("1 price went down.");
  expect(words({ a: 1, b: 1 }, { a: 2, b: 2 })).toBe("2 prices went up.");
  expect(words({ a: 1 }, { a: 1 })).toBe("");
});
