// Where to continue after signing in.

/** A path within this app to come back to; anything else could lead to another site. */
export const safeNext = (value: unknown): string | undefined => {
  return typeof value === "string" && /^\/(?![/\\])/.test(value) ? value : undefined;
};
