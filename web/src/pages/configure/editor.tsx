// The form: what the pod runs, its disk, its name, who may log in; saved as it is filled in.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import type { Shape } from "../../api/client.ts";
import { codeOf, messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { ErrorNote } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { useRemoveDraft } from "../../nouns/draft/drafts.tsx";
import { usualKeys } from "../../nouns/key/choose.ts";
import { machineName } from "../../nouns/offer/machine.ts";
import { firstName, NAME_MAX, nameProblem } from "../../nouns/pod/name.ts";
import { useWaitingPod, WaitingPod } from "../../nouns/pod/waiting.tsx";
import { useDebounced } from "./debounced.ts";
import { type Fields, fieldsOf, fromApi, toApi, toConfiguration } from "./draft.ts";
import { Estimate } from "./estimate.tsx";
import { diskProblem, diskRange, placeOfRefusal } from "./limits.ts";
import { Conflict, SaveState, UndoButton } from "./save-state.tsx";
import { EditorFields, EditorHead, ReviewButton, SoldOut } from "./sections.tsx";
import { useDraft } from "./use-draft.ts";
import { useReview } from "./use-review.ts";

const LAYOUT =
  "grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_340px]";
const TYPING_MS = 250;

interface EditorProps {
  offer: Shape<"OfferView">;
  draft: Shape<"DraftView"> | null;
  /** What is to be deployed again. */
  before: Shape<"QuoteView"> | undefined;
  templates: readonly Shape<"Template">[];
  keys: readonly Shape<"SshKeyView">[];
  onMade: (id: string) => void;
}

/** What the configuration would cost, once typing has paused, and which part of it is refused. */
function useEstimate(fields: Fields, { offer, templates }: EditorProps) {
  const configuration = useDebounced(toConfiguration(fields), TYPING_MS);
  const template = templates.find(({ id }) => id === configuration.template_id);
  const allowed = diskProblem(configuration.disk_gib ?? null, diskRange(offer, template)) === null;
  const estimate = useQuery({
    ...queries.estimate(configuration),
    enabled: allowed,
    refetchInterval: usePolling(30_000),
  });
  const code = codeOf(estimate.error);
  return {
    estimate,
    wrong: estimate.error ? placeOfRefusal(code) : null,
    soldOut: offer.stock === "none" || code === "sold_out",
  };
}

/** The form's fields: the draft's, or those to begin with. */
function useFields({ offer, draft, before, templates, keys, onMade }: EditorProps) {
  const read = (saved?: Shape<"Fields">): Fields => {
    const fresh: Fields = {
      name: firstName(offer.gpu),
      offer_id: offer.id,
      template_id: templates[0]?.id ?? "",
      disk_gib: null,
      ssh_key_ids: usualKeys(keys),
      any_region: false,
      relaunch: false,
    };
    return fromApi(saved, fresh, {
      templates: templates.map(({ id }) => id),
      keys: keys.map(({ id }) => id),
    });
  };
  const templateName = (id: string) => templates.find((template) => template.id === id)?.name ?? id;
  const initial = useRef(read(draft?.fields ?? (before && fieldsOf(before)))).current;
  return useDraft({ initial, draft, onMade, read, templateName });
}

export function Editor(props: EditorProps) {
  const { offer, templates, keys } = props;
  const navigate = useNavigate();
  const waiting = useWaitingPod();
  const removeDraft = useRemoveDraft();
  useTitle(`Configure ${machineName(offer)}`);
  const { fields, change, undo, canUndo, saved, saver, keepMine, takeTheirs } = useFields(props);
  const rangeOf = (id: string) =>
    diskRange(
      offer,
      templates.find((template) => template.id === id),
    );
  const range = rangeOf(fields.template_id);
  const { estimate, wrong, soldOut } = useEstimate(fields, props);
  const { tried, busy, failure, review } = useReview(fields, saver);
  const [readable, setReadable] = useState(true);
  const refusal = messageOf(estimate.error);
  const isNameShown = tried || Array.from(fields.name).length > NAME_MAX;
  const errors = {
    disk:
      diskProblem(readable ? fields.disk_gib : Number.NaN, range) ??
      (wrong === "disk" ? refusal : null),
    name: isNameShown ? nameProblem(fields.name) : null,
    keys: wrong === "keys" ? refusal : null,
  };
  const choose = (id: string) => {
    const isTooSmall = fields.disk_gib !== null && fields.disk_gib < rangeOf(id).least;
    change({ template_id: id, ...(isTooSmall ? { disk_gib: null } : {}) });
  };
  const leave = (id: string) => {
    if (id !== saver.id) return;
    saver.stop();
    void navigate({ to: "/offers", search: {} });
  };
  const remove = () => {
    if (!saver.id) return;
    removeDraft({ id: saver.id, name: fields.name.trim() || "Unnamed draft" });
    leave(saver.id);
  };
  return (
    <>
      <EditorHead offer={offer} draftId={saver.id} onRemove={remove} onRemoved={leave}>
        <SaveState saved={saved} retry={() => saver.keep(toApi(fields))} />
        <UndoButton onClick={undo} disabled={!canUndo} />
      </EditorHead>
      {saved.kind === "conflict" && (
        <Conflict theirs={saved.theirs} onMine={keepMine} onTheirs={takeTheirs} />
      )}
      {waiting && <WaitingPod pod={waiting} className="mb-4" />}
      <div className={LAYOUT}>
        <EditorFields
          {...{ offer, templates, keys, fields, range, errors, change }}
          onTemplate={choose}
          onReadable={setReadable}
        />
        <Estimate offer={offer} estimate={estimate} wrong={errors.disk !== null ? "disk" : wrong}>
          {soldOut && <SoldOut gpu={offer.gpu} />}
          {failure && <ErrorNote>{failure}</ErrorNote>}
          <ReviewButton
            busy={busy}
            disabled={errors.disk !== null || soldOut || saved.kind === "conflict"}
            stoppable={offer.stoppable}
            onClick={() => void review()}
          />
        </Estimate>
      </div>
    </>
  );
}
