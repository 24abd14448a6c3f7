// How an hourly rate moved.

/** By how much a rate changed: "2.3%"; at least a tenth, since it did change. */
export const changeOf = (was: number, now: number): string =>
  `${Math.max(0.1, Math.round(Math.abs(now / was - 1) * 1_000) / 10)}%`;
