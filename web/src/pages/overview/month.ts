// The days that the overview is about, in UTC, as on bills.

import { month } from "../../lib/time.ts";
import { addDays, type Range } from "../../nouns/usage/range.ts";

export interface DaysShown {
  /** From the first day of this month to today, with the month's name. */
  thisMonth: Range & { label: string };
  last30: Range;
  /** The days that cover both. */
  asked: Range;
}

export function daysShown(now: Date): DaysShown {
  const to = now.toISOString().slice(0, 10);
  const period = to.slice(0, 7);
  const first = `${period}-01`;
  const from = addDays(to, -29);
  return {
    thisMonth: { from: first, to, label: month(period).split(" ")[0] ?? period },
    last30: { from, to },
    asked: { from: first < from ? first : from, to },
  };
}
