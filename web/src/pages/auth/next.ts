// Where to go after signing in: the path is a search parameter and the fragment stays a fragment,
// so that no server receives what a mailed link holds there.

import { useLocation } from "@tanstack/react-router";

/** The whole address to continue to, given its path from the search parameters. */
export function useNext(path: string | undefined): string | undefined {
  const { hash } = useLocation();
  return path && hash ? `${path}#${hash}` : path;
}

/** The same address, passed on to the next page before the console. */
export function handOn(next: string | undefined): { search: { next?: string }; hash?: string } {
  const [path, hash] = next?.split("#") ?? [];
  return { search: { next: path || undefined }, hash };
}
