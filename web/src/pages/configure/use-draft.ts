// The configuration on the page: its fields, undoing, and saving.

import { useQueryClient } from "@tanstack/react-query";
import { type Dispatch, useCallback, useEffect, useReducer, useRef, useState } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { toast } from "../../ui/index.ts";
import { type Act, edit, type Editing, type Fields, stepInWords, toApi } from "./draft.ts";
import { type Calls, type Saved, Saver } from "./saver.ts";

/** A change is announced once it has settled, so that typing is announced once. */
const REST_MS = 1_000;

interface Options {
  initial: Fields;
  draft: Shape<"DraftView"> | null;
  /** Called when the first save has created a draft. */
  onMade: (id: string) => void;
  /** Fields as another tab saved them, with defaults for what is missing. */
  read: (fields: Shape<"Fields">) => Fields;
  templateName: (id: string) => string;
}

const CALLS: Calls = {
  create: (body) => answer(api.POST("/api/v2/pods/drafts", { body })),
  save: (id, version, body) =>
    answer(
      api.PUT("/api/v2/pods/drafts/{id}", {
        params: { path: { id } },
        body: { version, fields: body },
      }),
    ),
  read: (id) => answer(api.GET("/api/v2/pods/drafts/{id}", { params: { path: { id } } })),
};

export function useDraft({ initial, draft, onMade, read, templateName }: Options) {
  const [editing, dispatch] = useReducer(edit, { fields: initial, steps: [] });
  const { fields, steps } = editing;
  const { saved, saver } = useSaver(draft, fields, onMade);
  const change = useCallback(
    (patch: Partial<Fields>) => dispatch({ type: "change", patch, at: Date.now() }),
    [],
  );
  const undo = useCallback(() => dispatch({ type: "undo" }), []);
  const canUndo = steps.length > 0;
  useAnnouncement(editing, dispatch, templateName);
  useUndoKey(canUndo, undo);
  return {
    fields,
    change,
    undo,
    canUndo,
    saved,
    saver,
    keepMine: () => saver.keepMine(),
    takeTheirs: () => {
      const theirs = saver.takeTheirs();
      if (theirs) dispatch({ type: "load", fields: read(theirs) });
    },
  };
}

/** Saves the fields as they change, and at once when the page is left. */
function useSaver(draft: Options["draft"], fields: Fields, onMade: Options["onMade"]) {
  const client = useQueryClient();
  const [saved, setSaved] = useState<Saved>({ kind: draft ? "saved" : "new" });
  const made = useRef(draft?.id);
  const latest = useRef(onMade);
  latest.current = onMade;
  const [saver] = useState(
    () =>
      new Saver(
        CALLS,
        (state, kept) => {
          setSaved(state);
          if (state.kind !== "saved" || !kept) return;
          client.setQueryData(queries.draft(kept.id).queryKey, kept);
          void client.invalidateQueries({ queryKey: queries.drafts().queryKey });
          if (made.current !== kept.id) latest.current(kept.id);
          made.current = kept.id;
        },
        draft,
      ),
  );

  // The initial fields are saved only once something has changed.
  const begun = useRef(fields);
  useEffect(() => {
    if (fields === begun.current) return;
    begun.current = fields;
    saver.want(toApi(fields));
  }, [fields, saver]);

  useEffect(() => {
    const leave = () => {
      if (document.visibilityState === "hidden") void saver.flush();
    };
    const unload = () => void saver.flush();
    addEventListener("visibilitychange", leave);
    addEventListener("pagehide", unload);
    return () => {
      removeEventListener("visibilitychange", leave);
      removeEventListener("pagehide", unload);
      void saver.flush();
    };
  }, [saver]);
  return { saved, saver };
}

/** Announces each step once it has settled, and offers to undo it. */
function useAnnouncement(
  { fields, steps }: Editing,
  dispatch: Dispatch<Act>,
  templateName: Options["templateName"],
) {
  const latest = useRef(templateName);
  latest.current = templateName;
  const announced = useRef(steps.at(-1));
  const takeBack = useRef<() => void>(() => undefined);
  const step = steps.at(-1);
  useEffect(() => {
    if (!step || step.at <= (announced.current?.at ?? 0)) return;
    const timer = setTimeout(() => {
      announced.current = step;
      takeBack.current();
      takeBack.current = toast(stepInWords(step, fields, latest.current), {
        action: { label: "Undo", run: () => dispatch({ type: "restore", step }) },
      });
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [step, fields, dispatch]);

  // The toast offers to undo a change on this page, so it goes with the page.
  useEffect(() => () => takeBack.current(), []);
}

/** While a person types text, keys belong to the field. */
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && !["range", "radio", "checkbox"].includes(target.type));

/** Ctrl Z outside of a text field. */
function useUndoKey(canUndo: boolean, undo: () => void) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== "z" ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey ||
        isTyping(event.target) ||
        !canUndo
      )
        return;
      event.preventDefault();
      undo();
      toast("The last change was undone.");
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [canUndo, undo]);
}
