// Where to go on to after signing in.

/** A path within this app to come back to; anything else could lead a person astray. */
export const safeNext = (value: unknown): string | undefined => {
  return typeof value === "string" && /^\/(?![/\\])/.test(value) ? value : undefined;
};
