// SSH keys and drafts being removed: hidden at once, removed when Undo disappears or the page is
// left.

import { useSyncExternalStore } from "react";
import { ApiError, messageOf } from "../api/errors.ts";
import { onSession } from "../api/session.ts";
import { toast } from "./index.ts";

/** Slightly longer than a toast is shown. */
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

/** Carries out pending removals at once: the page is being left, or the session is about to end. */
export async function removeNow(): Promise<void> {
  const all = [...leaving.values()];
  all.forEach(({ timer }) => clearTimeout(timer));
  await Promise.all(all.map(({ remove }) => remove()));
}

addEventListener("pagehide", () => void removeNow());
// Removals still pending when a session ends are dropped: they are not the next person's.
onSession(() => Array.from(leaving.keys()).forEach((id) => set(id, null)));

/**
 * Removes something by `act` unless that is undone in time; `act` ends once its list has been
 * reloaded.
 */
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
  toast(`${name} was removed.`, { action: { label: "Undo", run: () => set(id, null) } });
}

/** What is being removed, by identifier. */
export function useLeaving(): ReadonlyMap<string, unknown> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => leaving,
  );
}
