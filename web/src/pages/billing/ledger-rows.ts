// The ledger's lines: usage is charged every minute, so consecutive charges are one row.

import type { Shape } from "../../api/client.ts";
import { grantName } from "../../nouns/money/grants.ts";

export type Transaction = Shape<"TransactionView">;

/** One or more transactions with the same description. */
export interface LedgerRow {
  /** The oldest entry's, so that it stays the same while new ones arrive. */
  key: string;
  kind: Transaction["kind"];
  description: string;
  /** When the newest and the oldest of them were written. */
  at: string;
  since: string;
  available: number;
  held: number;
  /** The newest first. */
  entries: Transaction[];
}

/** Consecutive usage of the same pods becomes one row; everything else stays as it is. */
export function ledgerRows(transactions: readonly Transaction[]): LedgerRow[] {
  const rows: LedgerRow[] = [];
  for (const entry of transactions) {
    const { kind, description, at } = entry;
    const last = rows.at(-1);
    const key = `${at} ${kind} ${description}`;
    const moved = {
      available: entry.available_change_usd_micros,
      held: entry.held_change_usd_micros,
    };
    if (kind === "capture" && last?.kind === kind && last.description === description) {
      rows[rows.length - 1] = {
        ...last,
        key,
        since: at,
        available: last.available + moved.available,
        held: last.held + moved.held,
        entries: [...last.entries, entry],
      };
    } else {
      rows.push({ key, kind, description, at, since: at, ...moved, entries: [entry] });
    }
  }
  return rows;
}

export const KIND_WORDS: Record<Transaction["kind"], string> = {
  grant: "Free credit",
  deposit: "Paid in",
  hold: "Held",
  release: "Released",
  capture: "Usage",
  machine: "Machine",
};

/** A description split into text and the pods it names; free credit goes by its name. */
export function partsOf(description: string): { text: string; isPod: boolean }[] {
  return description
    .replace(/^Free credit "([a-z0-9-]+)"$/, (_, grant: string) => grantName(grant))
    .split(/(pod_[0-9a-hjkmnp-tv-z]{26})/)
    .map((text, index) => ({ text, isPod: index % 2 === 1 }))
    .filter(({ text }) => text !== "");
}
