// This month in UTC, as on bills.

import { month } from "../../lib/time.ts";

/** The first day of the month of `now`, the day of `now`, and the month's name. */
export function thisMonth(now: Date): { from: string; to: string; label: string } {
  const to = now.toISOString().slice(0, 10);
  const period = to.slice(0, 7);
  return { from: `${period}-01`, to, label: month(period).split(" ")[0] ?? period };
}
