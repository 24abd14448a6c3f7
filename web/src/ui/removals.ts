// SSH keys and drafts on their way out: hidden at once, removed when Undo is gone or the page is left.

import { useSyncExternalStore } from "react";
import { ApiError, messageOf } from "../api/errors.ts";
import { onSession } from "../api/session.ts";
import { toast } from "./index.ts";

/** A little longer than a toast is shown. */
export const UNDO_MS = 8_500;

interface Leaving {
  timer: ReturnType<typeof setTimeout>;
  remove: () => Promise<void>;
}

let leaving: ReadonlyMap<string, Leaving> = new Map();
const listeners = new Set<() => void>();

function set(id: string, one: Leaving | null) {
  clearTimeout(leaving.get(id)?.timer);
  const next = new Map(leaving);
  if (one === null) next.delete(id);
  else next.set(id, one);
  leaving = next;
  listeners.forEach((listener) => listener());
}

/** Removes at once what is on its way out: the page is left, or the session is about to end. */
export async function removeNow(): Promise<void> {
  const all = [...leaving.values()];
  all.forEach(({ timer }) => clearTimeout(timer));
  await Promise.all(all.map(({ remove }) => remove()));
}

addEventListener("pagehide", () => void removeNow());
// Whoever signs in next has nothing to do with what a session that ended by itself left.
onSession(() => Array.from(leaving.keys()).forEach((id) => set(id, null)));

/** Removes a key by `act` unless that is undone in time; `act` ends when the list has been read anew. */
export function removeLater(
  { id, name }: { id: string; name: string },
  act: () => Promise<unknown>,
) {
  const remove = async () => {
    try {
      await act();
    } catch (error) {
      const gone = error instanceof ApiError && error.status === 404;
      if (!gone) toast(`${name} was not removed. ${messageOf(error)}`, { bad: true });
    } finally {
      set(id, null);
    }
  };
  set(id, { timer: setTimeout(() => void remove(), UNDO_MS), remove });
  toast(`${name} is removed.`, { action: { label: "Undo", run: () => set(id, null) } });
}

/** The keys that are on their way out, by identifier. */
export function useLeaving(): ReadonlyMap<string, unknown> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => leaving,
  );
}
