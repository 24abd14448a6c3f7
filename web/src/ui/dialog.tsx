// Dialogs, built on the browser's <dialog>: it traps the focus, closes on Escape and restores the
// focus.

import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { Shape } from "../api/client.ts";
import { messageOf } from "../api/errors.ts";
import { parseUsd } from "../lib/money.ts";
import { Button, cx, IconButton } from "./basics.tsx";
import { Field, Input } from "./fields.tsx";
import { ErrorNote } from "./states.tsx";
import { useIsLive } from "./tenant.ts";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  danger?: boolean;
  wide?: boolean;
}

export function Dialog({
  open,
  onClose,
  title,
  children,
  danger = false,
  wide = false,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open) {
      dialog.showModal();
      // Else the browser begins at the first button, which closes it.
      dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    }
    if (open || !dialog?.open) return;
    dialog.close();
    // What opened it may be gone, as after removing a row: then the focus goes to the page.
    if (document.activeElement === document.body)
      document.getElementById("main")?.focus({ preventScroll: true });
  }, [open]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
      className={cx(
        "m-auto w-[calc(100vw-32px)] rounded-card border bg-surface p-0 shadow-float",
        wide ? "max-w-2xl" : "max-w-md",
        danger ? "border-bad" : "border-line",
      )}
    >
      {open && (
        <div className="p-5">
          <header className="mb-3 flex items-start justify-between gap-3">
            <h2 id={heading} className={cx("text-card font-semibold", danger && "text-bad")}>
              {title}
            </h2>
            <IconButton label="Close" onClick={onClose} className="-mt-1.5 -mr-2">
              <X size={16} aria-hidden />
            </IconButton>
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** The button's label, which names the act: "End the pod". */
  action: string;
  /** The act; the dialog closes when it succeeds and shows the error when it fails. */
  onConfirm: () => Promise<unknown>;
  /** What stays as it is without the act: "Keep running". */
  keep?: string;
  /** The act ends or destroys something: it is red. */
  danger?: boolean;
  /** The mode of what the act affects, where it has its own. */
  mode?: Shape<"Mode">;
  /** The name of what the act affects; in LIVE mode it has to be typed first. */
  name?: string;
}

/** Whether the same was typed; an amount may be written as 25, $25 or 25.00. */
const says = (typed: string, name: string): boolean =>
  typed.trim() === name ||
  (name.startsWith("$") && parseUsd(name) !== null && parseUsd(typed) === parseUsd(name));

/**
 * Asks before an act that costs or destroys something. The focus begins where the answer does: in
 * the field, at what is harmless, or at the act where it is that.
 */
export function Confirm({
  open,
  onClose,
  title,
  children,
  action,
  onConfirm,
  keep = "Cancel",
  danger = false,
  mode,
  name,
}: ConfirmProps) {
  const here = useIsLive();
  const live = mode ? mode === "LIVE" : here;
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    if (open) {
      setTyped("");
      setError(null);
    }
  }, [open]);
  const needsName = live && name !== undefined;
  const harmless = needsName ? null : danger || live ? "keep" : "act";
  const confirm = async () => {
    if (needsName && !says(typed, name)) {
      setError(`Type ${name} to confirm.`);
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (caught) {
      setError(messageOf(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onClose={onClose} title={title} danger={danger || live}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void confirm();
        }}
      >
        <div className="grid gap-2 text-mute">{children}</div>
        {needsName && (
          <Field
            label={
              <>
                This is LIVE: real machines, real money. Type{" "}
                <strong className="font-mono">{name}</strong> to confirm
              </>
            }
          >
            <Input
              data-first
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
            />
          </Field>
        )}
        {error && <ErrorNote>{error}</ErrorNote>}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose} data-first={harmless === "keep" || undefined}>
            {keep}
          </Button>
          <Button
            type="submit"
            tone={danger ? "destroy" : "primary"}
            busy={busy}
            data-first={harmless === "act" || undefined}
          >
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
