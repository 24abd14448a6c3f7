// The axis of a chart of money, and which days are labelled below it.

/** The ends of the axis and its lines from the lowest up, micro-dollars. */
export interface Scale {
  bottom: number;
  top: number;
  ticks: number[];
}

/** The round step next above a rough one. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return Math.max(
    1,
    Math.ceil(([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10) * power),
  );
}

const lines = (from: number, count: number, step: number): Scale => ({
  bottom: from,
  top: from + count * step,
  ticks: Array.from({ length: count + 1 }, (_, index) => from + index * step),
});

/** Round steps from 0 that reach the largest value in at most `steps` of them. */
export function scaleOf(most: number, steps = 4): Scale {
  if (most <= 0) return { bottom: 0, top: 1, ticks: [0] };
  const step = roundStep(most / steps);
  return lines(0, Math.ceil(most / step), step);
}

/** What a chart of prices shows at least: so much of the highest, or a cent would be a cliff. */
const SHARE_MIN = 0.1;

/** Round steps around values that need not be near 0, such as prices. */
export function scaleAround(least: number, most: number, steps = 4): Scale {
  if (most <= 0) return scaleOf(most);
  const spread = Math.max(most - least, most * SHARE_MIN);
  const low = Math.max(0, (least + most - spread) / 2);
  const step = roundStep(spread / steps);
  const bottom = Math.floor(low / step) * step;
  const count = Math.ceil((Math.max(most, low + spread) - bottom) / step);
  return lines(bottom, count, step);
}

/** How far up a value stands, 0 to 1. */
export const heightOf = (value: number, { bottom, top }: Scale): number =>
  (value - bottom) / (top - bottom);

/** Which of `count` bars get a label: at most `most`, and always the first. */
export function labelled(count: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}
