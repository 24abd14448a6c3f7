// The server's clock, for deadlines and running costs: a computer's own may be minutes off.

/**
 * The `Date` header is in whole seconds and took time to arrive: smaller differences mean nothing.
 */
const DOUBT_MS = 2_000;

let offset = 0;

/** Learns the time from the `Date` header of an answer that just arrived. */
export function learnServerTime(date: string | null, now = Date.now()) {
  const ahead = Date.parse(date ?? "") - now;
  if (!Number.isNaN(ahead)) offset = Math.abs(ahead) > DOUBT_MS ? ahead : 0;
}

/** Now by the server's clock, milliseconds since 1970. */
export const serverNow = (): number => Date.now() + offset;
