// How the price of an offer moved: its changes, and what is drawn and said of them.

/** A price, micro-dollars an hour, and since when it holds. */
export interface PricePoint {
  at: string;
  rate_usd_micros_per_hour: number;
}

/** The changes of some days, the oldest first; a price holds until the next one. */
export interface Prices {
  from: string;
  until: string;
  points: readonly PricePoint[];
  lowest_rate_usd_micros_per_hour: number;
  highest_rate_usd_micros_per_hour: number;
}

/** How many days back a chart shows. */
export const DAYS = ["7", "30", "90"] as const;
export type Days = (typeof DAYS)[number];
export const USUAL_DAYS = "30" satisfies Days;

/** A corner of the line: how far to the right and how much. */
export interface Corner {
  /** 0 at the beginning of the days shown, 1 at their end. */
  place: number;
  rate: number;
}

const within = (share: number) => Math.min(1, Math.max(0, share));

export function cornersOf({ from, until, points }: Prices): Corner[] {
  const [start, end] = [Date.parse(from), Date.parse(until)];
  return points.map(({ at, rate_usd_micros_per_hour: rate }) => ({
    place: within((Date.parse(at) - start) / Math.max(1, end - start)),
    rate,
  }));
}

/** More corners than this are not told apart on any screen. */
const DRAWN_MAX = 1_200;

/** As few corners as show the same line: of many side by side, the outermost and the last. */
export function thinned(corners: readonly Corner[], most = DRAWN_MAX): Corner[] {
  if (corners.length <= most) return [...corners];
  const columns = Math.floor(most / 3);
  const kept = new Map<number, Corner[]>();
  for (const corner of corners) {
    const column = Math.min(columns - 1, Math.floor(corner.place * columns));
    const [low = corner, high = corner] = kept.get(column) ?? [];
    kept.set(column, [
      corner.rate < low.rate ? corner : low,
      corner.rate > high.rate ? corner : high,
      corner,
    ]);
  }
  return [...kept.values()].flatMap((three) =>
    [...new Set(three)].sort((one, other) => one.place - other.place),
  );
}

/** The price that held at a place of the chart; null before the first one was seen. */
export function priceAt(points: readonly PricePoint[], instant: number): PricePoint | null {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Date.parse(points[middle]?.at ?? "") <= instant) low = middle + 1;
    else high = middle;
  }
  return points[low - 1] ?? null;
}

export interface PriceChange {
  at: string;
  rate: number;
  /** What it was before; null for the first price that is known. */
  was: number | null;
}

/** The changes, the newest first. */
export const changesOf = ({ points }: Pick<Prices, "points">): PriceChange[] =>
  points
    .map(({ at, rate_usd_micros_per_hour: rate }, index) => ({
      at,
      rate,
      was: points[index - 1]?.rate_usd_micros_per_hour ?? null,
    }))
    .reverse();

/** When a price was first reached. */
export const reachedAt = ({ points }: Pick<Prices, "points">, rate: number): string | null =>
  points.find(({ rate_usd_micros_per_hour: one }) => one === rate)?.at ?? null;
