// The server's clock, for what runs out: a computer's own may be minutes off.

let offset = 0;

/** Learns the time from an instant the server has just written. */
export function learnServerTime(instant: string, now = Date.now()) {
  offset = Date.parse(instant) - now;
}

/** How far the server's clock is ahead of this one's, milliseconds; 0 until it is known. */
export const serverOffset = (): number => offset;
