// Instants and spans, written for people. Instants come as RFC 3339 in UTC and show in local time.

const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const MOMENT = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const DATE = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** 14:02:58 */
export const clock = (instant: string): string => CLOCK.format(new Date(instant));
/** 3 Nov, 14:02 */
export const moment = (instant: string | number): string => MOMENT.format(new Date(instant));
/** 3 Nov */
export const day = (instant: string | number): string => DAY.format(new Date(instant));
/** 3 Nov 2026, of an instant or a day, in UTC as bills are. */
export const date = (instant: string): string => DATE.format(new Date(instant));
/** November 2026, of a period such as 2026-11. */
export const month = (period: string): string => MONTH.format(new Date(`${period}-01T00:00:00Z`));

/** 45 s · 12 min · 3 h 20 min · 2 d 4 h: the two largest units, rounded down. */
export function span(secs: number): string {
  const s = Math.max(0, Math.floor(secs));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  const [big, small, bigName, smallName] =
    s < 86_400
      ? [Math.floor(s / 3600), Math.floor((s % 3600) / 60), "h", "min"]
      : [Math.floor(s / 86_400), Math.floor((s % 86_400) / 3600), "d", "h"];
  return small > 0 ? `${big} ${bigName} ${small} ${smallName}` : `${big} ${bigName}`;
}

/** 0:45 · 12:03 · 1:02:03, for running clocks. */
export function countdown(secs: number): string {
  const s = Math.max(0, Math.floor(secs));
  const two = (n: number) => String(n).padStart(2, "0");
  const rest = `${two(s % 60)}`;
  return s < 3600
    ? `${Math.floor(s / 60)}:${rest}`
    : `${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${rest}`;
}

/** "12 s ago", "3 min ago"; an instant in the future is "now". */
export function ago(instant: string, now: number): string {
  const secs = (now - Date.parse(instant)) / 1000;
  return secs < 5 ? "now" : `${span(secs)} ago`;
}

/** Seconds until an instant; 0 once it has passed. */
export const secsUntil = (instant: string, now: number): number =>
  Math.max(0, (Date.parse(instant) - now) / 1000);
