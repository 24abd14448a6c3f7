// The server's clock, for what runs out and what is counted: a computer's own may be minutes off.

/** An answer's `Date` header has whole seconds and took its way: below this a difference says nothing. */
const DOUBT_MS = 2_000;

let offset = 0;

/** Learns the time from the `Date` header of an answer that just came. */
export function learnServerTime(date: string | null, now = Date.now()) {
  const ahead = Date.parse(date ?? "") - now;
  if (!Number.isNaN(ahead)) offset = Math.abs(ahead) > DOUBT_MS ? ahead : 0;
}

/** Now by the server's clock, milliseconds since 1970. */
export const serverNow = (): number => Date.now() + offset;
