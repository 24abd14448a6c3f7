// The parts of the form: its head, its fields, and the button that leads to the review.

import { Link } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { Shape } from "../../api/client.ts";
import { Badge, Button, Card, Field, IconButton, Input, Notice, PageHead } from "../../ui/index.ts";
import { DraftsMenu } from "../../nouns/draft/drafts.tsx";
import { needsKey } from "../../nouns/key/choose.ts";
import { KeysField } from "../../nouns/key/keys-field.tsx";
import { machineName, memoryOf, placeOf } from "../../nouns/offer/machine.ts";
import { UNSTOPPABLE } from "../../nouns/pod/words.ts";
import { RegionCard, RelaunchCard } from "./choices.tsx";
import { DiskField } from "./disk-field.tsx";
import type { Fields } from "./draft.ts";
import type { DiskRange } from "./limits.ts";
import { TemplateField } from "./template-field.tsx";

type Offer = Shape<"OfferView">;

interface HeadProps {
  offer: Offer;
  /** The draft on the page, once there is one. */
  draftId: string | null;
  /** What the draft's saving and undoing show. */
  children: ReactNode;
  onRemove: () => void;
  /** Any draft was removed, from the list of them. */
  onRemoved: (id: string) => void;
}

export function EditorHead({ offer, draftId, children, onRemove, onRemoved }: HeadProps) {
  return (
    <PageHead
      title={<>Configure {machineName(offer)}</>}
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
          {children}
          <DraftsMenu open={draftId} onRemove={onRemoved} />
          {draftId && (
            <IconButton label="Delete this draft" onClick={onRemove}>
              <Trash2 size={16} aria-hidden />
            </IconButton>
          )}
        </>
      }
    />
  );
}

interface FieldsProps {
  offer: Offer;
  templates: readonly Shape<"Template">[];
  keys: readonly Shape<"SshKeyView">[];
  fields: Fields;
  range: DiskRange;
  /** What is wrong with each field. */
  errors: { disk: string | null; name: string | null; keys: string | null };
  change: (patch: Partial<Fields>) => void;
  onTemplate: (id: string) => void;
  onReadable: (readable: boolean) => void;
}

export function EditorFields(props: FieldsProps) {
  const { offer, templates, keys, fields, range, errors, change, onTemplate, onReadable } = props;
  const template = templates.find(({ id }) => id === fields.template_id);
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5">
      <Card title="Template">
        <TemplateField
          templates={templates}
          value={fields.template_id}
          onChange={onTemplate}
          diskMost={offer.disk.max_gib}
        />
      </Card>
      <Card title="Disk">
        <DiskField
          value={fields.disk_gib}
          range={range}
          ratePerGib={offer.disk.rate_usd_micros_per_gib_hour}
          error={errors.disk}
          onChange={(disk_gib) => change({ disk_gib })}
          onReadable={onReadable}
        />
      </Card>
      <RegionCard {...{ offer, fields, change }} />
      <RelaunchCard {...{ offer, fields, change }} />
      <Card title="Name">
        <div id="configure-name">
          <Field
            label="Pod name"
            error={errors.name}
            hint="Any name you will recognise, up to 63 characters."
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
          error={errors.keys}
          onChange={(ssh_key_ids) => change({ ssh_key_ids })}
        />
      </Card>
    </div>
  );
}

export const SoldOut = ({ gpu }: { gpu: string }) => (
  <Notice>
    This machine is sold out. Your draft is kept.{" "}
    <Link to="/offers" search={{ gpu: [gpu] }} className="font-semibold underline">
      Find another {gpu}
    </Link>
  </Notice>
);

interface ReviewButtonProps {
  busy: boolean;
  disabled: boolean;
  stoppable: boolean;
  onClick: () => void;
}

export const ReviewButton = ({ stoppable, ...rest }: ReviewButtonProps) => (
  <>
    <Button tone="primary" size="large" className="w-full" {...rest}>
      Review and deploy
    </Button>
    <p className="text-label text-mute">
      The next page holds this price for you for a minute.{" "}
      {stoppable ? "You can stop the pod and start it again later." : UNSTOPPABLE}
    </p>
  </>
);
