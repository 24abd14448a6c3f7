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

/** More corners than this are not told apart on a narrow screen. */
export const CORNERS_MAX = 160;
const COLUMNS = 120;

/** Between which prices an offer was in a part of the days shown, and on average over the time. */
export interface Column {
  /** Where it begins, as of a corner; it ends where the next one begins. */
  place: number;
  low: number;
  high: number;
  mean: number;
}

/** The price by columns of the same width, for when it changed too often for a line. */
export function columnsOf(corners: readonly Corner[], count = COLUMNS): Column[] {
  const columns: Column[] = [];
  let next = 0;
  let held: number | null = null;
  for (let column = 0; column < count; column += 1) {
    const [start, end] = [column / count, (column + 1) / count];
    let since: number = start;
    let sum = 0;
    let low: number = held ?? Number.POSITIVE_INFINITY;
    let high: number = held ?? 0;
    // The last column also has what changed at the very end.
    while (next < corners.length && (corners[next]!.place < end || column === count - 1)) {
      const { place, rate } = corners[next]!;
      if (held === null) since = place;
      else sum += held * (place - since);
      [since, held, low, high] = [place, rate, Math.min(low, rate), Math.max(high, rate)];
      next += 1;
    }
    if (held === null) continue;
    const begin = columns.length === 0 ? (corners[0]?.place ?? start) : start;
    const width = end - begin;
    sum += held * (end - since);
    columns.push({ place: begin, low, high, mean: width > 0 ? sum / width : held });
  }
  return columns;
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
