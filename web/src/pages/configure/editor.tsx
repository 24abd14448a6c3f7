// The form: what the pod runs, its disk, its name, who may log in; saved as it is filled in.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { codeOf, messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import {
  Badge,
  Button,
  Card,
  ErrorNote,
  Field,
  IconButton,
  Input,
  Notice,
  PageHead,
} from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { DraftsMenu, useRemoveDraft } from "../../nouns/draft/drafts.tsx";
import { machineName, memoryOf, placeOf } from "../../nouns/offer/machine.ts";
import { firstName, nameProblem } from "../../nouns/pod/name.ts";
import { useDebounced } from "./debounced.ts";
import { DiskField } from "./disk-field.tsx";
import { type Fields, fromApi, toApi, toConfiguration } from "./draft.ts";
import { Estimate } from "./estimate.tsx";
import { KeysField } from "./keys-field.tsx";
import { diskProblem, diskRange, needsKey, placeOfRefusal } from "./limits.ts";
import { Conflict, SaveState, UndoButton } from "./save-state.tsx";
import { TemplateField } from "./template-field.tsx";
import { useDraft } from "./use-draft.ts";

const TYPING_MS = 250;

interface EditorProps {
  offer: Shape<"OfferView">;
  draft: Shape<"DraftView"> | null;
  templates: readonly Shape<"Template">[];
  keys: readonly Shape<"SshKeyView">[];
  onMade: (id: string) => void;
}

export function Editor({ offer, draft, templates, keys, onMade }: EditorProps) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const removeDraft = useRemoveDraft();
  const machine = machineName(offer);
  useTitle(`Configure ${machine}`);

  const read = (saved?: Shape<"Fields">): Fields => {
    const fresh: Fields = {
      name: firstName(offer.gpu),
      offer_id: offer.id,
      template_id: templates[0]?.id ?? "",
      disk_gib: null,
      ssh_key_ids: [],
    };
    return fromApi(saved, fresh, {
      templates: templates.map(({ id }) => id),
      keys: keys.map(({ id }) => id),
    });
  };
  const templateName = (id: string) => templates.find((template) => template.id === id)?.name ?? id;
  const { fields, change, undo, canUndo, saved, saver, keepMine, takeTheirs } = useDraft({
    initial: useRef(read(draft?.fields)).current,
    draft,
    onMade,
    read,
    templateName,
  });

  const template = templates.find(({ id }) => id === fields.template_id);
  const range = diskRange(offer, template);
  const configuration = useDebounced(toConfiguration(fields), TYPING_MS);
  const allowed =
    diskProblem(
      configuration.disk_gib ?? null,
      diskRange(
        offer,
        templates.find(({ id }) => id === configuration.template_id),
      ),
    ) === null;
  const estimate = useQuery({
    ...queries.estimate(configuration),
    enabled: allowed,
    refetchInterval: usePolling(30_000),
  });
  const wrong = estimate.error ? placeOfRefusal(codeOf(estimate.error)) : null;
  const refusal = messageOf(estimate.error);
  const diskError = diskProblem(fields.disk_gib, range) ?? (wrong === "disk" ? refusal : null);
  const soldOut = offer.stock === "none" || codeOf(estimate.error) === "sold_out";

  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const nameError = tried || Array.from(fields.name).length > 63 ? nameProblem(fields.name) : null;
  const blocked = diskError !== null || soldOut || saved.kind === "conflict";

  const choose = (id: string) => {
    const least = diskRange(
      offer,
      templates.find((one) => one.id === id),
    ).least;
    change({
      template_id: id,
      ...(fields.disk_gib !== null && fields.disk_gib < least ? { disk_gib: null } : {}),
    });
  };
  const review = async () => {
    setTried(true);
    if (nameProblem(fields.name)) {
      document.getElementById("configure-name")?.querySelector("input")?.focus();
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      // The draft is passed on: it has the keys in case a new price is needed.
      await saver.keep(toApi(fields));
      const quote = await answer(
        api.POST("/api/v2/pods/quotes", { body: toConfiguration(fields) }),
      );
      client.setQueryData(queries.quote(quote.id).queryKey, quote);
      await navigate({
        to: "/review/$quoteId",
        params: { quoteId: quote.id },
        search: { name: fields.name.trim(), draft: saver.id ?? undefined },
      });
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(false);
    }
  };
  const remove = (id: string) => {
    if (id !== saver.id) return;
    saver.stop();
    void navigate({ to: "/offers", search: {} });
  };
  const removeOpen = () => {
    if (!saver.id) return;
    removeDraft({ id: saver.id, name: fields.name.trim() || "Unnamed draft" });
    remove(saver.id);
  };

  return (
    <>
      <PageHead
        title={<>Configure {machine}</>}
        crumbs={
          <>
            <Link to="/offers" search={{}} className="hover:underline">
              Browse GPUs
            </Link>
            <span aria-hidden>›</span>
            <span>Configure</span>
          </>
        }
        aside={
          <>
            <span className="text-mute">
              {placeOf(offer)}, {memoryOf(offer)}
            </span>
            {offer.spot && <Badge state="warn">Spot</Badge>}
          </>
        }
        actions={
          <>
            <SaveState saved={saved} retry={() => saver.keep(toApi(fields))} />
            <UndoButton onClick={undo} disabled={!canUndo} />
            <DraftsMenu open={saver.id} onRemove={remove} />
            {saver.id && (
              <IconButton label="Delete this draft" onClick={removeOpen}>
                <Trash2 size={16} aria-hidden />
              </IconButton>
            )}
          </>
        }
      />
      {saved.kind === "conflict" && (
        <Conflict theirs={saved.theirs} onMine={keepMine} onTheirs={takeTheirs} />
      )}
      <div
        className={
          "grid grid-cols-[minmax(0,1fr)] items-start " + "gap-5 lg:grid-cols-[minmax(0,1fr)_340px]"
        }
      >
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5">
          <Card title="Template">
            <TemplateField
              templates={templates}
              value={fields.template_id}
              onChange={choose}
              diskMost={offer.disk.max_gib}
            />
          </Card>
          <Card title="Disk">
            <DiskField
              value={fields.disk_gib}
              range={range}
              ratePerGib={offer.disk.rate_usd_micros_per_gib_hour}
              error={diskError}
              onChange={(disk_gib) => change({ disk_gib })}
            />
          </Card>
          <Card title="Name">
            <div id="configure-name">
              <Field
                label="Pod name"
                error={nameError}
                hint="To recognise it by; 1 to 63 characters."
              >
                <Input
                  value={fields.name}
                  onChange={(event) => change({ name: event.target.value })}
                  autoComplete="off"
                  spellCheck={false}
                  className="max-w-sm"
                />
              </Field>
            </div>
          </Card>
          <Card title="SSH keys">
            <KeysField
              keys={keys}
              chosen={fields.ssh_key_ids}
              needed={needsKey(template)}
              error={wrong === "keys" ? refusal : null}
              onChange={(ssh_key_ids) => change({ ssh_key_ids })}
            />
          </Card>
        </div>
        <Estimate offer={offer} estimate={estimate} wrong={diskError ? "disk" : wrong}>
          {soldOut && (
            <Notice>
              This machine is sold out. Your draft stays.{" "}
              <Link to="/offers" search={{ gpu: [offer.gpu] }} className="font-semibold underline">
                Find another {offer.gpu}
              </Link>
            </Notice>
          )}
          {failure && <ErrorNote>{failure}</ErrorNote>}
          <Button
            tone="primary"
            size="large"
            className="w-full"
            busy={busy}
            disabled={blocked}
            onClick={() => void review()}
          >
            Review and deploy
          </Button>
          <p className="text-label text-mute">
            The review page holds this price for you for a minute.{" "}
            {offer.stoppable
              ? "You can stop the pod and start it again."
              : "This cloud cannot stop a machine: the pod can only be ended."}
          </p>
        </Estimate>
      </div>
    </>
  );
}
