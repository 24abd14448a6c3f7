// Where to go after signing in: a path in the search, its fragment as a fragment, so that what a
// mailed link holds there is sent to no server.

import { useLocation } from "@tanstack/react-router";

/** The whole address to go on to, from what the search says of it. */
export function useNext(path: string | undefined): string | undefined {
  const { hash } = useLocation();
  return path && hash ? `${path}#${hash}` : path;
}

/** The same address handed on to the next page before the console. */
export function handOn(next: string | undefined): { search: { next?: string }; hash?: string } {
  const [path, hash] = next?.split("#") ?? [];
  return { search: { next: path || undefined }, hash };
}
