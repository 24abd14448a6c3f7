// The axis of a chart of money, and which days are labelled below it.

/** The end of the axis and its lines from 0 up, micro-dollars. */
export interface Scale {
  top: number;
  ticks: number[];
}

/** Round steps that reach the largest value in at most `steps` of them. */
export function scaleOf(most: number, steps = 4): Scale {
  if (most <= 0) return { top: 1, ticks: [0] };
  const rough = most / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(
    1,
    Math.ceil(([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10) * power),
  );
  const count = Math.ceil(most / step);
  return {
    top: count * step,
    ticks: Array.from({ length: count + 1 }, (_, index) => index * step),
  };
}

/** Which of `count` bars get a label: at most `most`, and always the first. */
export function labelled(count: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}
