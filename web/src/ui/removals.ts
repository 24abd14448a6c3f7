// SSH keys, drafts and price alerts being removed: hidden at once, removed when Undo disappears or
// the page is left.

import { useSyncExternalStore } from "react";
import { ApiError, messageOf } from "../api/errors.ts";
import { onSession } from "../api/session.ts";
import { toast } from "./index.ts";

/** Slightly longer than a toast is shown. */
export const UNDO_MS = 8_500;

interface Leaving {
  timer: ReturnType<typeof setTimeout>;
  /** Removes it, however often it is called. */
  remove: () => Promise<void>;
  /** Closes the message that offers to undo it. */
  unsay: () => void;
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

/**
 * Carries out pending removals at once, or the one of `id`: the page is being left, the session is
 * about to end, or another takes its place.
 */
export async function removeNow(id?: string): Promise<void> {
  const all = [...leaving].flatMap(([of, one]) => (id === undefined || of === id ? one : []));
  all.forEach(({ timer, unsay }) => {
    clearTimeout(timer);
    unsay();
  });
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
  let begun: Promise<void> | undefined;
  const once = () => (begun ??= remove());
  const unsay = toast(`${name} was removed.`, {
    action: { label: "Undo", run: () => set(id, null) },
  });
  set(id, { timer: setTimeout(() => void once(), UNDO_MS), remove: once, unsay });
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
