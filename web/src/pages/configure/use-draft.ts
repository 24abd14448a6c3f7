// The configuration on the page: its fields, the steps back, and its saving.

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { toast } from "../../ui/index.ts";
import { edit, type Fields, stepInWords, toApi } from "./draft.ts";
import { type Saved, Saver } from "./saver.ts";

/** A step is told of once it rests, so that typing is told of once. */
const REST_MS = 1_000;

interface Options {
  initial: Fields;
  draft: Shape<"DraftView"> | null;
  /** Called when the first save has made a draft. */
  onMade: (id: string) => void;
  /** Fields as another tab saved them, made whole. */
  read: (fields: Shape<"Fields">) => Fields;
  templateName: (id: string) => string;
}

/** Keys pressed while a person types text are the field's own. */
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && !["range", "radio", "checkbox"].includes(target.type));

export function useDraft({ initial, draft, onMade, read, templateName }: Options) {
  const client = useQueryClient();
  const [{ fields, steps }, dispatch] = useReducer(edit, { fields: initial, steps: [] });
  const [saved, setSaved] = useState<Saved>({ kind: draft ? "saved" : "new" });
  const latest = useRef({ onMade, templateName });
  latest.current = { onMade, templateName };
  const [saver] = useState(
    () =>
      new Saver(
        {
          create: (body) => answer(api.POST("/api/v2/pods/drafts", { body })),
          save: (id, version, body) =>
            answer(
              api.PUT("/api/v2/pods/drafts/{id}", {
                params: { path: { id } },
                body: { version, fields: body },
              }),
            ),
          read: (id) => answer(api.GET("/api/v2/pods/drafts/{id}", { params: { path: { id } } })),
        },
        (state, kept) => {
          setSaved(state);
          if (state.kind !== "saved" || !kept) return;
          client.setQueryData(queries.draft(kept.id).queryKey, kept);
          void client.invalidateQueries({ queryKey: queries.drafts().queryKey });
          if (made.current !== kept.id) latest.current.onMade(kept.id);
          made.current = kept.id;
        },
        draft,
      ),
  );
  const made = useRef(draft?.id);

  const change = useCallback(
    (patch: Partial<Fields>) => dispatch({ type: "change", patch, at: Date.now() }),
    [],
  );
  const undo = useCallback(() => dispatch({ type: "undo" }), []);

  // What the page began with is saved only once something was changed.
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

  const told = useRef(steps.at(-1));
  const takeBack = useRef<() => void>(() => undefined);
  const step = steps.at(-1);
  useEffect(() => {
    if (!step || step.at <= (told.current?.at ?? 0)) return;
    const timer = setTimeout(() => {
      told.current = step;
      takeBack.current();
      takeBack.current = toast(stepInWords(step, fields, latest.current.templateName), {
        action: { label: "Undo", run: () => dispatch({ type: "restore", step }) },
      });
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [step, fields]);

  // What it offers to undo is here: it goes with this page.
  useEffect(() => () => takeBack.current(), []);

  const canUndo = steps.length > 0;
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
      toast("The last change is undone.");
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [canUndo, undo]);

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
