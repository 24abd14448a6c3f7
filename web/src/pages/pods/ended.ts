// Which pods are shown as active and which as ended, and how many those are in words.

import { OVER, type PodView } from "../../nouns/pod/life.ts";

export interface Sorted {
  active: PodView[];
  ended: PodView[];
}

/**
 * `live` are those that have not ended, `all` the newest of all. A pod that ends while the page is
 * open, as `seen` remembers, stays where it was.
 */
export function sortPods(
  live: readonly PodView[],
  all: readonly PodView[],
  seen: ReadonlySet<string>,
): Sorted {
  const over = all.filter((pod) => OVER.includes(pod.state));
  const known = new Set(live.map(({ id }) => id));
  const stays = over.filter(({ id }) => seen.has(id) && !known.has(id));
  return {
    active: [...live, ...stays].sort((one, other) =>
      other.created_at.localeCompare(one.created_at),
    ),
    ended: over.filter(({ id }) => !seen.has(id) && !known.has(id)),
  };
}

/** `more`: there may be others, which have not been loaded. */
export function endedWord(count: number, more: boolean): string {
  if (more) return "ended pods";
  return count === 1 ? "1 ended pod" : `${count} ended pods`;
}
