// Short messages that come and go, in one live region, each with at most one action such as Undo.

import { X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { cx, IconButton } from "./basics.tsx";

interface Toast {
  id: number;
  text: string;
  bad: boolean;
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 8_000;
let toasts: Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(change: Toast[]) {
  toasts = change;
  listeners.forEach((listener) => listener());
}

const drop = (id: number) => set(toasts.filter((toast) => toast.id !== id));

/**
 * Shows `text` for a few seconds; an error stays until it is closed. Returns a function that
 * removes it.
 */
export function toast(
  text: string,
  { bad = false, action }: { bad?: boolean; action?: Toast["action"] } = {},
): () => void {
  const id = next++;
  set([...toasts.filter((shown) => shown.text !== text).slice(-2), { id, text, bad, action }]);
  if (!bad) setTimeout(() => drop(id), SHOWN_MS);
  return () => drop(id);
}

/**
 * They appear over the top bar, beside its search where there is room: the buttons of pages are
 * below it or at the bottom, and stay in reach.
 */
export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div
      role="status"
      aria-live="polite"
      className={
        "pointer-events-none fixed inset-x-4 top-[calc(var(--strip)+8px)] z-40 grid gap-2 " +
        "justify-items-start print:hidden md:left-60 xl:left-162"
      }
    >
      {shown.map(({ id, text, bad, action }) => (
        <div
          key={id}
          className={cx(
            "pointer-events-auto flex max-w-md items-center gap-3 rounded-control border " +
              "bg-surface py-1.5 pr-1.5 pl-4 shadow-float",
            bad ? "border-bad text-bad" : "border-line2",
          )}
        >
          <span className="min-w-0 break-words">{text}</span>
          {action && (
            <button
              type="button"
              className="h-7 rounded-sm px-2 font-semibold text-brand-ink hover:bg-brand-soft"
              onClick={() => {
                drop(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <IconButton label="Dismiss" className="size-7" onClick={() => drop(id)}>
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
