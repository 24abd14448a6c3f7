// Configurations that were begun and can be continued.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FileText, Trash2 } from "lucide-react";
import { answer, api, type Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { ago } from "../../lib/time.ts";
import { Failed, IconButton, Popover, SkeletonRows, useNow } from "../../ui/index.ts";
import { removeLater, useLeaving } from "../../ui/removals.ts";

const nameOf = (draft: Shape<"DraftView">) => draft.fields.name ?? "Unnamed draft";

/** Removes a draft: hidden at once, deleted once Undo disappears. */
export function useRemoveDraft(): (draft: { id: string; name: string }) => void {
  const client = useQueryClient();
  return (draft) =>
    removeLater(draft, async () => {
      await answer(api.DELETE("/api/v2/pods/drafts/{id}", { params: { path: { id: draft.id } } }));
      client.removeQueries({ queryKey: queries.draft(draft.id).queryKey });
      await client.invalidateQueries({ queryKey: ["drafts"] });
    });
}

interface DraftListProps {
  open?: string | null;
  onGo?: () => void;
  onRemove?: (id: string) => void;
}

/** The drafts, the latest first; `open` is the one on the page. */
export function DraftList({ open, onGo, onRemove }: DraftListProps) {
  const drafts = useQuery(queries.drafts());
  const leaving = useLeaving();
  const remove = useRemoveDraft();
  const templates = useQuery(queries.templates()).data?.items ?? [];
  const now = useNow(10_000);
  if (drafts.isError && !drafts.data)
    return <Failed what="Your drafts" error={drafts.error} retry={drafts.refetch} />;
  if (!drafts.data) return <SkeletonRows rows={2} label="Loading your drafts" />;
  const shown = drafts.data.items
    .filter(({ id }) => !leaving.has(id))
    .sort((one, other) => other.updated_at.localeCompare(one.updated_at));
  if (shown.length === 0)
    return (
      <p className="px-2 py-3 text-mute">
        No drafts. What you configure is saved here automatically until you deploy it.
      </p>
    );
  return (
    <ul className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
      {shown.map((draft) => (
        <li key={draft.id} className="flex items-center gap-1 rounded-sm hover:bg-sunk">
          <Link
            to="/configure"
            search={{ draft: draft.id }}
            onClick={onGo}
            aria-current={draft.id === open ? "true" : undefined}
            className="min-w-0 flex-1 rounded-sm px-2 py-1.5"
          >
            <span className="block truncate font-medium">
              {nameOf(draft)}
              {draft.id === open && <span className="font-normal text-mute">, open here</span>}
            </span>
            <span className="num block truncate text-label text-mute">
              {[
                templates.find(({ id }) => id === draft.fields.template_id)?.name,
                draft.fields.disk_gib != null && `${draft.fields.disk_gib} GiB`,
                `saved ${ago(draft.updated_at, now)}`,
              ]
                .filter(Boolean)
                .join(", ")}
            </span>
          </Link>
          <IconButton
            label={`Delete ${nameOf(draft)}`}
            onClick={() => {
              remove({ id: draft.id, name: nameOf(draft) });
              onRemove?.(draft.id);
            }}
          >
            <Trash2 size={15} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

/** The drafts, behind a button. */
export function DraftsMenu({ open, onRemove }: Pick<DraftListProps, "open" | "onRemove">) {
  const drafts = useQuery(queries.drafts());
  const leaving = useLeaving();
  const count = drafts.data?.items.filter(({ id }) => !leaving.has(id)).length ?? 0;
  return (
    <Popover
      align="end"
      label={
        <>
          <FileText size={15} aria-hidden />
          Drafts{count > 0 && <span className="num text-mute">{count}</span>}
        </>
      }
    >
      {(close) => (
        <div className="w-72 max-w-[calc(100vw-56px)]">
          <DraftList open={open} onGo={close} onRemove={onRemove} />
        </div>
      )}
    </Popover>
  );
}
