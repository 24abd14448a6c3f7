// Which card pays: a stored one, or another.

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { codeOf, messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { Button, cx, Empty, Failed, Form, useForm } from "../../ui/index.ts";
import { CardError, type CardFormProps, cardMessage, isCardError } from "../../nouns/card/card.ts";
import { CardForm } from "../../nouns/card/card-form.tsx";
import { CardLine, type StoredCard } from "../../nouns/card/card-line.tsx";
import { CardSkeleton } from "../../nouns/card/elements-form.tsx";

const ANOTHER = "another";

export function PayWith(props: CardFormProps) {
  const cards = useQuery(queries.cards());
  if (codeOf(cards.error) === "payments_unavailable")
    return <Empty title="No cards are accepted here">{messageOf(cards.error)}</Empty>;
  if (cards.isError && !cards.data)
    return <Failed what="Your cards" error={cards.error} retry={cards.refetch} />;
  if (!cards.data) return <CardSkeleton />;
  return <Choice cards={cards.data.items} {...props} />;
}

function Choice({ cards, ...props }: CardFormProps & { cards: readonly StoredCard[] }) {
  const { onCard, submitLabel } = props;
  // Chosen once, so that reloading the list does not take the form away from somebody filling it
  // in.
  const [picked, setPicked] = useState(
    () => (cards.find((card) => card.is_default) ?? cards[0])?.id ?? ANOTHER,
  );
  const chosen = cards.some((card) => card.id === picked) ? picked : ANOTHER;
  const group = useId();
  const option = { group, chosen, onChoose: setPicked };
  return (
    <div className="grid gap-4">
      {cards.length > 0 && (
        <fieldset className="grid gap-2">
          <legend className="sr-only">Card to pay with</legend>
          {cards.map((card) => (
            <Option key={card.id} value={card.id} {...option}>
              <CardLine card={card} />
            </Option>
          ))}
          <Option value={ANOTHER} {...option}>
            <span className="flex-1 font-medium">Another card</span>
          </Option>
        </fieldset>
      )}
      {chosen === ANOTHER ? (
        <CardForm {...props} />
      ) : (
        <Stored key={chosen} card={chosen} onCard={onCard} submitLabel={submitLabel} />
      )}
    </div>
  );
}

interface OptionProps {
  group: string;
  value: string;
  chosen: string;
  onChoose: (value: string) => void;
  children: ReactNode;
}

function Option({ group, value, chosen, onChoose, children }: OptionProps) {
  return (
    <label
      className={cx(
        "flex min-h-14 items-center gap-3 rounded-control border px-3 py-2 transition-colors " +
          "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 " +
          "has-focus-visible:outline-brand",
        value === chosen ? "border-brand bg-brand-soft/40" : "border-line2 hover:border-mute",
      )}
    >
      <input
        type="radio"
        name={group}
        checked={value === chosen}
        onChange={() => onChoose(value)}
        className="size-4 shrink-0 accent-(--brand)"
      />
      {children}
    </label>
  );
}

type StoredProps = Pick<CardFormProps, "onCard" | "submitLabel"> & { card: string };

function Stored({ card, onCard, submitLabel }: StoredProps) {
  const form = useForm({}, { checks: {} });
  const pay = async () => {
    try {
      await onCard(card, false);
    } catch (error) {
      throw isCardError(error) ? new CardError(cardMessage(error)) : error;
    }
  };
  return (
    <Form
      of={form}
      act={pay}
      label="Pay"
      footer={
        <Button type="submit" tone="primary" size="large" busy={form.busy} className="w-full">
          {submitLabel}
        </Button>
      }
    >
      {null}
    </Form>
  );
}
