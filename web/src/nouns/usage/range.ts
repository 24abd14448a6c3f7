// Which days usage is shown for. All days are UTC, as on bills.

const DAY_MS = 86_400_000;

/** The most that one answer covers. */
export const DAYS_MAX = 92;

/** The first and the last day, both included, as YYYY-MM-DD. */
export interface Range {
  from: string;
  to: string;
}

const atMidnight = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

/** Whether a text is a real day; 2026-02-30 is not. */
const isDay = (text: string | undefined): text is string =>
  text !== undefined &&
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(atMidnight(text)) &&
  dayOf(atMidnight(text)) === text;

/** The day in UTC at `now`, milliseconds since 1970. */
export const todayAt = (now: number): string => dayOf(now);

export const addDays = (day: string, days: number): string =>
  dayOf(atMidnight(day) + days * DAY_MS);

/** How many days a range has. */
export const daysIn = ({ from, to }: Range): number =>
  Math.round((atMidnight(to) - atMidnight(from)) / DAY_MS) + 1;

/** Every day of a range, the first one first. */
export const daysOf = (range: Range): string[] =>
  Array.from({ length: Math.max(0, daysIn(range)) }, (_, index) => addDays(range.from, index));

/** A month such as 2026-11, from its first day to its last, or to today while it lasts. */
export function monthRange(period: string, today: string): Range {
  const [year = 0, month = 1] = period.split("-").map(Number);
  const last = dayOf(Date.UTC(year, month, 0));
  return { from: `${period}-01`, to: last > today && today >= `${period}-01` ? today : last };
}

/** The ranges offered as buttons. */
export function presets(today: string): [string, Range][] {
  const before = addDays(`${today.slice(0, 7)}-01`, -1).slice(0, 7);
  return [
    ["This month", monthRange(today.slice(0, 7), today)],
    ["Last month", monthRange(before, today)],
    ["Last 7 days", { from: addDays(today, -6), to: today }],
    ["Last 30 days", { from: addDays(today, -29), to: today }],
  ];
}

/** What is wrong with a range, or null. */
export function rangeProblem({ from, to }: { from?: string; to?: string }): string | null {
  if (!isDay(from) || !isDay(to)) return "Choose the first and the last day.";
  if (from > to) return "The first day has to be before the last one.";
  const days = daysIn({ from, to });
  return days > DAYS_MAX ? `Up to ${DAYS_MAX} days can be shown at once; these are ${days}.` : null;
}

/** The range in an address; this month when it is missing or invalid. */
export function rangeOf(asked: { from?: string; to?: string }, today: string): Range {
  const { from, to } = asked;
  return isDay(from) && isDay(to) && rangeProblem({ from, to }) === null
    ? { from, to }
    : monthRange(today.slice(0, 7), today);
}
