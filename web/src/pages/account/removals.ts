// SSH keys on their way out: hidden at once, removed when Undo is gone. Until then nothing has been
// asked of the API, so an undone removal, a closed tab or a lost connection loses no key.

import { useSyncExternalStore } from "react";
import { ApiError, messageOf } from "../../api/errors.ts";
import { onSession } from "../../api/session.ts";
import { toast } from "../../ui/index.ts";

/** A little longer than a toast is shown. */
export const UNDO_MS = 8_500;

let leaving: ReadonlyMap<string, ReturnType<typeof setTimeout>> = new Map();
const listeners = new Set<() => void>();

function set(id: string, timer: ReturnType<typeof setTimeout> | null) {
  clearTimeout(leaving.get(id));
  const next = new Map(leaving);
  if (timer === null) next.delete(id);
  else next.set(id, timer);
  leaving = next;
  listeners.forEach((listener) => listener());
}

// Whoever signs in next has nothing to do with these keys.
onSession(() => Array.from(leaving.keys()).forEach((id) => set(id, null)));

/** Removes a key by `remove` unless that is undone in time; `remove` ends when the list has been read anew. */
export function removeLater({ id, name }: { id: string; name: string }, remove: () => Promise<unknown>) {
  const act = async () => {
    try {
      await remove();
    } catch (error) {
      const gone = error instanceof ApiError && error.status === 404;
      if (!gone) toast(`${name} was not removed. ${messageOf(error)}`, { bad: true });
    } finally {
      set(id, null);
    }
  };
  set(id, setTimeout(() => void act(), UNDO_MS));
  toast(`${name} is removed.`, { action: { label: "Undo", run: () => set(id, null) } });
}

/** The keys that are on their way out, by identifier. */
export function useLeaving(): ReadonlyMap<string, unknown> {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => leaving);
}
