// The cards a person pays with: the default, adding one, removing one.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CreditCard, Plus } from "lucide-react";
import { useRef, useState } from "react";
import { answer, api } from "../../api/client.ts";
import { codeOf, messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { planName } from "../../lib/names.ts";
import { Button, Card, Confirm, Empty, Failed, SkeletonRows, toast } from "../../ui/index.ts";
import { CardForm } from "../../nouns/card/card-form.tsx";
import { CardLine, cardName, type StoredCard } from "../../nouns/card/card-line.tsx";
import { grants } from "./plan-words.ts";

/** Stores a card as the default; for one already stored, makes it the default. */
const store = (id: string) =>
  answer(api.POST("/api/v2/billing/payment-methods", { body: { payment_method_id: id } }));

const KEEP = {
  text:
    "Keep this card. You may charge it for my plan and for payments that I confirm. I can remove " +
    "it at any time.",
  required: true,
};

export function Cards() {
  const client = useQueryClient();
  const cards = useQuery(queries.cards());
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<StoredCard | null>(null);
  const read = () => client.invalidateQueries({ queryKey: queries.cards().queryKey });
  const added = async (id: string) => {
    const card = await store(id);
    setAdding(false);
    toast(`${cardName(card)} is your default card now.`);
    await read();
  };
  const items = cards.data?.items;
  return (
    <div className="grid max-w-3xl gap-5">
      <Card
        title="Cards"
        pad={false}
        actions={
          items && items.length > 0 && !adding ? (
            <Button size="small" onClick={() => setAdding(true)}>
              <Plus size={14} aria-hidden />
              Add a card
            </Button>
          ) : undefined
        }
      >
        <List
          items={items}
          failure={cards.isError ? cards.error : null}
          retry={cards.refetch}
          onAdd={adding ? undefined : () => setAdding(true)}
          onRemove={setRemoving}
          onDefault={async (card) => {
            await store(card.id);
            await read();
          }}
        />
      </Card>
      {adding && (
        <Card
          title="Add a card"
          actions={
            <Button size="small" tone="quiet" onClick={() => setAdding(false)}>
              Cancel
            </Button>
          }
        >
          <p className="mb-4 text-mute">
            This card becomes the default: it pays for your plan, and wherever you choose no other.
            Adding it charges nothing.
          </p>
          <CardForm onCard={added} submitLabel="Add the card" purpose="store" consent={KEEP} />
        </Card>
      )}
      <Removal card={removing} onClose={() => setRemoving(null)} last={items?.length === 1} />
    </div>
  );
}

interface ListProps {
  items: readonly StoredCard[] | undefined;
  failure: unknown;
  retry: () => unknown;
  onAdd: (() => void) | undefined;
  onRemove: (card: StoredCard) => void;
  onDefault: (card: StoredCard) => Promise<void>;
}

function List({ items, failure, retry, onAdd, onRemove, onDefault }: ListProps) {
  if (items === undefined) {
    if (codeOf(failure) === "payments_unavailable")
      return (
        <Empty icon={<CreditCard size={22} />} title="No cards are accepted here">
          {messageOf(failure)}
        </Empty>
      );
    if (failure) return <Failed what="Your cards" error={failure} retry={retry} />;
    return <SkeletonRows rows={2} label="Loading your cards" />;
  }
  if (items.length === 0)
    return (
      <Empty
        icon={<CreditCard size={22} />}
        title="No cards yet"
        action={
          onAdd && (
            <Button tone="primary" onClick={onAdd}>
              Add a card
            </Button>
          )
        }
      >
        A card pays for your plan and for money you add. Pods are paid for from your wallet, never
        directly by card.
      </Empty>
    );
  return (
    <ul>
      {items.map((card) => (
        <Row
          key={card.id}
          card={card}
          onRemove={() => onRemove(card)}
          onDefault={() => onDefault(card)}
        />
      ))}
    </ul>
  );
}

function Row({
  card,
  onRemove,
  onDefault,
}: {
  card: StoredCard;
  onRemove: () => void;
  onDefault: () => Promise<void>;
}) {
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const makeDefault = async () => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await onDefault();
      toast(`${cardName(card)} is your default card now.`);
    } catch (error) {
      toast(messageOf(error), { bad: true });
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return (
    <li
      className={
        "flex min-h-14 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2.5 " +
        "last:border-0 md:px-5"
      }
    >
      <CardLine card={card} />
      <span className="ml-auto flex gap-2">
        {!card.is_default && (
          <Button
            size="small"
            tone="quiet"
            busy={busy}
            onClick={() => void makeDefault()}
            aria-label={`Make default: ${cardName(card)}`}
          >
            Make default
          </Button>
        )}
        <Button size="small" onClick={onRemove} aria-label={`Remove ${cardName(card)}`}>
          Remove
        </Button>
      </span>
    </li>
  );
}

function Removal({
  card,
  onClose,
  last,
}: {
  card: StoredCard | null;
  onClose: () => void;
  last: boolean;
}) {
  const client = useQueryClient();
  const subscription =
    useQuery({ ...queries.subscription(), enabled: card !== null }).data?.subscription ?? null;
  const remove = async () => {
    if (!card) return;
    try {
      await answer(
        api.DELETE("/api/v2/billing/payment-methods/{id}", { params: { path: { id: card.id } } }),
      );
    } catch (error) {
      // Another tab was faster: the card is gone, as requested.
      if (codeOf(error) !== "not_found") throw error;
    }
    client.setQueryData(
      queries.cards().queryKey,
      (was) => was && { items: was.items.filter(({ id }) => id !== card.id) },
    );
    toast(`${cardName(card)} was removed.`);
    await client.invalidateQueries({ queryKey: queries.cards().queryKey });
  };
  const renews = grants(subscription) && !subscription.cancel_at_period_end;
  const own = subscription?.payment_method_id;
  const pays = last || (own ? own === card?.id : card?.is_default);
  return (
    <Confirm
      open={card !== null}
      onClose={onClose}
      title={card ? `Remove ${cardName(card)}` : ""}
      action="Remove the card"
      onConfirm={remove}
      keep="Keep the card"
      danger
    >
      <p>We delete the card here and at the payment provider. Money in your wallet stays.</p>
      {renews && pays && (
        <p className="text-bad">
          This card pays for {planName(subscription.plan)}.{" "}
          {last
            ? "Without a card the next payment fails, and you lose the plan."
            : "Make another card the default first, or the next payment fails."}
        </p>
      )}
    </Confirm>
  );
}
