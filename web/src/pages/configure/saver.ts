// Saves a draft automatically: shortly after a change, one save at a time, each based on the
// version it read.

import type { Shape } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";

type Draft = Shape<"DraftView">;
type DraftFields = Shape<"Fields">;

export type Saved =
  | { kind: "new" }
  | { kind: "saving" }
  | { kind: "saved" }
  | { kind: "failed"; error: unknown }
  /** Another tab or machine saved it in the meantime. */
  | { kind: "conflict"; theirs: Draft };

export interface Calls {
  create: (fields: DraftFields) => Promise<Draft>;
  save: (id: string, version: number, fields: DraftFields) => Promise<Draft>;
  read: (id: string) => Promise<Draft>;
}

const PAUSE_MS = 800;

const same = (one: DraftFields | undefined, other: DraftFields | undefined): boolean => {
  const text = (fields: DraftFields | undefined) =>
    fields &&
    JSON.stringify([
      fields.name ?? null,
      fields.offer_id ?? null,
      fields.template_id ?? null,
      fields.disk_gib ?? null,
      fields.ssh_key_ids ?? [],
      fields.any_region ?? false,
      fields.relaunch ?? false,
    ]);
  return text(one) === text(other);
};

export class Saver {
  #wanted: DraftFields | undefined;
  #kept: DraftFields | undefined;
  #state: Saved;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #stopped = false;

  /** For `draft`, or for one that the first save creates. */
  constructor(
    private readonly calls: Calls,
    private readonly onChange: (state: Saved, draft: Draft | null) => void,
    private draft: Draft | null,
  ) {
    this.#kept = draft?.fields;
    this.#state = { kind: draft ? "saved" : "new" };
  }

  get id(): string | null {
    return this.draft?.id ?? null;
  }

  /** Saves these fields once they have settled. */
  want(fields: DraftFields) {
    this.#stopped = false;
    this.#wanted = fields;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  /**
   * Saves at once what is not saved yet; resolves when that has succeeded or failed, which the
   * state says.
   */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Saves these fields even if nothing has changed, so that there is a draft to come back to. */
  keep(fields: DraftFields): Promise<void> {
    this.#stopped = false;
    this.#wanted = fields;
    return this.flush();
  }

  /** Forgets the draft: once deployed or removed, it must not be saved again. */
  stop() {
    clearTimeout(this.#timer);
    this.#stopped = true;
  }

  /** Resolves a conflict in favour of this page. */
  keepMine(): Promise<void> {
    if (this.#state.kind === "conflict") this.#settle(this.#state.theirs);
    return this.flush();
  }

  /** Resolves a conflict in favour of the other version, which it returns. */
  takeTheirs(): DraftFields | null {
    if (this.#state.kind !== "conflict") return null;
    const { theirs } = this.#state;
    this.#settle(theirs);
    this.#wanted = theirs.fields;
    this.#set({ kind: "saved" });
    return theirs.fields;
  }

  #settle(draft: Draft) {
    this.draft = draft;
    this.#kept = draft.fields;
    this.#state = { kind: "saved" };
  }

  async #run() {
    while (
      !this.#stopped &&
      this.#wanted &&
      !same(this.#wanted, this.#kept) &&
      this.#state.kind !== "conflict"
    ) {
      const fields = this.#wanted;
      this.#set({ kind: "saving" });
      try {
        this.draft = this.draft
          ? await this.calls.save(this.draft.id, this.draft.version, fields)
          : await this.calls.create(fields);
        this.#kept = fields;
        this.#set({ kind: "saved" });
      } catch (error) {
        if (codeOf(error) === "not_found" && this.draft)
          this.draft = null; // Removed elsewhere and changed here since: it is created again.
        else if (codeOf(error) === "draft_changed" && this.draft)
          await this.#compare(this.draft.id, fields);
        else this.#set({ kind: "failed", error });
        if (this.#state.kind === "failed") return;
      }
    }
  }

  /** There is another version: it may be our own save, whose answer was lost. */
  async #compare(id: string, fields: DraftFields) {
    try {
      const theirs = await this.calls.read(id);
      if (same(theirs.fields, fields)) {
        this.#settle(theirs);
        this.#set({ kind: "saved" });
      } else this.#set({ kind: "conflict", theirs });
    } catch (error) {
      this.#set({ kind: "failed", error });
    }
  }

  #set(state: Saved) {
    this.#state = state;
    this.onChange(state, this.draft);
  }
}
