// Prices that changed while they are shown, so that the page can point at them.

import { useEffect, useRef, useState } from "react";
import type { Ranked } from "./gone.ts";

export interface Move {
  was: number;
  now: number;
}
export type Moves = ReadonlyMap<string, Move>;

type Priced = Pick<Ranked, "offer">;

const NONE: Moves = new Map();

/** The offers that are in both lists at different prices, by identifier. */
export function movesBetween(before: readonly Priced[], now: readonly Priced[]): Moves {
  const rates = new Map(before.map(({ offer }) => [offer.id, offer.rate_usd_micros_per_hour]));
  return new Map(
    now.flatMap(({ offer: { id, rate_usd_micros_per_hour: rate } }) => {
      const was = rates.get(id);
      return was === undefined || was === rate ? [] : [[id, { was, now: rate }] as const];
    }),
  );
}

/** "2 prices went down, 1 went up.", or nothing. */
export function movesInWords(moves: Moves): string {
  if (moves.size === 0) return "";
  const down = [...moves.values()].filter(({ was, now }) => now < was).length;
  const up = moves.size - down;
  const prices = (count: number) => `${count} ${count === 1 ? "price" : "prices"}`;
  if (up === 0) return `${prices(down)} went down.`;
  return down === 0 ? `${prices(up)} went up.` : `${prices(down)} went down, ${up} went up.`;
}

/**
 * The latest changes among `rows`, the answer to `question` (null while loading): they stay until
 * prices change again, or another question is asked.
 */
export function useMoves(rows: readonly Ranked[] | null, question: unknown): Moves {
  const [moves, setMoves] = useState(NONE);
  const before = useRef<{ question: unknown; rows: readonly Ranked[] } | null>(null);
  useEffect(() => {
    if (!rows) return;
    const was = before.current;
    before.current = { question, rows };
    if (!was || was.question !== question) {
      setMoves(NONE);
      return;
    }
    const found = movesBetween(was.rows, rows);
    if (found.size > 0) setMoves(found);
  }, [rows, question]);
  return moves;
}
