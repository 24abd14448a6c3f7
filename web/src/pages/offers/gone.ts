// Machines that sell out or leave the market while they are shown: they stay where they were,
// greyed out, until the query changes, so that nothing vanishes under the pointer without
// explanation.

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Shape } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { cloudName } from "../../lib/names.ts";
import { machineName } from "../../nouns/offer/machine.ts";

export type Ranked = Shape<"RankedOffer">;
export interface Gone {
  row: Ranked;
  at: number;
}
export type Row = Ranked & {
  gone?: boolean;
  /** Whether it is one of the clouds that a machine is unfolded to. */
  inner?: boolean;
};

/** More than this at once is a new market rather than a few sold-out offers. */
const LOOKED_AT_MAX = 5;

/** The current rows, with those that went put back where they were, marked as gone. */
export function withGone(rows: readonly Ranked[], gone: readonly Gone[]): Row[] {
  const shown: Row[] = [...rows];
  const here = new Set(rows.map(({ machine }) => machine));
  for (const { row, at } of gone
    .filter(({ row: { machine } }) => !here.has(machine))
    .sort((one, other) => one.at - other.at)) {
    shown.splice(Math.min(at, shown.length), 0, { ...row, gone: true });
  }
  return shown;
}

/** Rows that were there before and are not any more, with their positions. */
export const vanished = (before: readonly Ranked[], now: readonly Ranked[]): Gone[] => {
  const here = new Set(now.map(({ machine }) => machine));
  return before.flatMap((row, at) => (here.has(row.machine) ? [] : [{ row, at }]));
};

const isOver = (offer: Shape<"OfferView">) => offer.stock === "none";

/**
 * Follows the `rows` that answer `question` (null while loading): which of them went, and a
 * sentence that says so. A row can also leave by being ranked off the page, so each one is
 * looked up.
 */
export function useGone(
  rows: readonly Ranked[] | null,
  question: unknown,
  plan?: Shape<"PlanId">,
): { shown: Row[]; news: string } {
  const client = useQueryClient();
  const [gone, setGone] = useState<readonly Gone[]>([]);
  const [news, setNews] = useState("");
  const before = useRef<{ question: unknown; rows: readonly Ranked[] } | null>(null);
  useEffect(() => {
    if (!rows) return;
    const was = before.current;
    before.current = { question, rows };
    if (!was || was.question !== question) {
      setGone([]);
      setNews("");
      return;
    }
    const tell = ({ offer }: Ranked) =>
      setNews(`${machineName(offer)} at ${cloudName(offer.provider)} is sold out.`);
    const stock = new Map(was.rows.map(({ offer }) => [offer.id, offer.stock]));
    rows
      .filter(({ offer }) => isOver(offer) && (stock.get(offer.id) ?? "none") !== "none")
      .forEach(tell);
    for (const one of vanished(was.rows, rows).slice(0, LOOKED_AT_MAX)) {
      const { id } = one.row.offer;
      const leave = () => {
        if (before.current?.question !== question) return;
        setGone((others) => [...others.filter(({ row }) => row.machine !== one.row.machine), one]);
        tell(one.row);
      };
      client.fetchQuery({ ...queries.offer(id, plan), staleTime: 0, retry: false }).then(
        (offer) => {
          if (isOver(offer)) leave();
        },
        (error: unknown) => {
          if (codeOf(error) === "not_found") leave();
        },
      );
    }
  }, [rows, question, plan, client]);
  return { shown: withGone(rows ?? [], gone), news };
}
