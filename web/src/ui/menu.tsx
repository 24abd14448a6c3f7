// A panel that opens below a button: filters, weights, the account.

import { ChevronDown } from "lucide-react";
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { cx } from "./basics.tsx";

/** Where the focus begins in a panel: its first control, or the chosen one of its radio buttons. */
function entryOf(panel: HTMLElement): HTMLElement | null {
  const first = panel.querySelector<HTMLElement>("a[href], button, input, select, textarea");
  const isRadio = first instanceof HTMLInputElement && first.type === "radio";
  const chosen = panel.querySelector<HTMLElement>('input[type="radio"]:checked');
  return isRadio && chosen ? chosen : first;
}

interface PopoverProps {
  label: ReactNode;
  /** Names the button where its label does not, as with an avatar. */
  name?: string;
  children: ReactNode | ((close: () => void) => ReactNode);
  align?: "start" | "end";
  className?: string;
  active?: boolean;
  chevron?: boolean;
}

/**
 * A button and its panel. Opening it moves the focus into the panel; Escape closes it and gives the
 * focus back, and a click elsewhere closes it too.
 */
export function Popover({
  label,
  name,
  children,
  align = "start",
  className,
  active = false,
  chevron = true,
}: PopoverProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const panel = useId();
  // A panel that would extend beyond the window is moved back into it.
  useLayoutEffect(() => {
    const place = box.current;
    if (!open || !place) return;
    const { left, right } = place.getBoundingClientRect();
    const over = Math.max(0, right - document.documentElement.clientWidth + 8);
    place.style.translate = `${over > 0 ? -over : Math.max(0, 8 - left)}px`;
    entryOf(place)?.focus({ preventScroll: true });
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent | FocusEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", outside);
    addEventListener("focusin", outside);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("focusin", outside);
    };
  }, [open]);
  return (
    <div
      ref={root}
      className="relative"
      onKeyDown={(event) => {
        if (event.key === "Escape" && open) {
          event.stopPropagation();
          close();
        }
      }}
    >
      <button
        ref={button}
        type="button"
        aria-label={name}
        aria-expanded={open}
        aria-controls={open ? panel : undefined}
        onClick={() => setOpen(!open)}
        className={
          className ??
          cx(
            "inline-flex h-9 items-center gap-1.5 rounded-full border px-3.5 font-medium " +
              "whitespace-nowrap transition-colors hover:bg-sunk",
            active ? "border-brand bg-brand-soft text-brand-ink" : "border-line2 bg-surface",
          )
        }
      >
        {label}
        {chevron && (
          <ChevronDown
            size={14}
            aria-hidden
            className={cx("transition-transform", open && "rotate-180")}
          />
        )}
      </button>
      {open && (
        <div
          ref={box}
          id={panel}
          className={cx(
            "absolute top-full z-30 mt-1.5 max-h-[70vh] min-w-56 overflow-y-auto rounded-card " +
              "border border-line bg-surface p-3 shadow-float",
            align === "end" ? "right-0" : "left-0",
          )}
        >
          {typeof children === "function" ? children(close) : children}
        </div>
      )}
    </div>
  );
}
