// Whether changes are saved, and what to do when they are not.

import { Check, CircleAlert, LoaderCircle, Undo2 } from "lucide-react";
import { messageOf } from "../../api/errors.ts";
import { ago } from "../../lib/time.ts";
import { Button, useNow } from "../../ui/index.ts";
import type { Saved } from "./saver.ts";

export function SaveState({ saved, retry }: { saved: Saved; retry: () => unknown }) {
  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-label text-mute">
      {saved.kind === "saving" && (
        <>
          <LoaderCircle size={14} className="animate-spin" aria-hidden />
          Saving
        </>
      )}
      {saved.kind === "saved" && (
        <>
          <Check size={14} className="text-ok" aria-hidden />
          Saved as a draft
        </>
      )}
      {saved.kind === "failed" && (
        <>
          <CircleAlert size={14} className="shrink-0 text-bad" aria-hidden />
          <span className="text-bad">Not saved. {messageOf(saved.error)}</span>
          <button
            type="button"
            className="font-semibold text-brand-ink underline"
            onClick={() => void retry()}
          >
            Save now
          </button>
        </>
      )}
    </span>
  );
}

export const UndoButton = ({ onClick, disabled }: { onClick: () => void; disabled: boolean }) => (
  <Button tone="quiet" onClick={onClick} disabled={disabled} title="Undo (Ctrl Z)">
    <Undo2 size={15} aria-hidden />
    Undo
  </Button>
);

/** Two versions of one draft, of which one has to be chosen. */
export function Conflict({
  theirs,
  onMine,
  onTheirs,
}: {
  theirs: Extract<Saved, { kind: "conflict" }>["theirs"];
  onMine: () => unknown;
  onTheirs: () => void;
}) {
  const now = useNow(5_000);
  return (
    <div
      role="alert"
      className={
        "mb-4 flex flex-wrap items-center justify-between gap-3 rounded-card border " +
        "border-warn bg-warn-soft px-4 py-3"
      }
    >
      <p className="min-w-0 text-warn">
        <strong className="font-semibold">
          Another tab changed this draft {ago(theirs.updated_at, now)}.
        </strong>{" "}
        What you change here is not saved until you choose one.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onTheirs}>Take the other tab's</Button>
        <Button tone="primary" onClick={() => void onMine()}>
          Keep mine
        </Button>
      </div>
    </div>
  );
}
