// How much to pay in, and with which card.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { codeOf, messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { usd } from "../../lib/money.ts";
import {
  Button,
  Empty,
  ErrorNote,
  Failed,
  Field,
  Form,
  Input,
  Segments,
  useForm,
} from "../../ui/index.ts";
import { useTenant } from "../../ui/tenant.ts";
import { cardMessage, isCardError } from "../../nouns/card/card.ts";
import { CardForm } from "../../nouns/card/card-form.tsx";
import { CardLine, type StoredCard } from "../../nouns/card/card-line.tsx";
import { useAgreement } from "../../nouns/money/agreement.tsx";
import { TOP_UP_LIMITS, TOP_UP_PRESETS, topUpAmount, topUpProblem } from "./amounts.ts";
import { CardsSkeleton } from "./cards-skeleton.tsx";
import type { Before, TopUpView } from "./payment.ts";
import { useTopUp } from "./use-top-up.ts";

const NEW = "new";
/** An amount as a person would type it. */
const typed = (micros: number): string => usd(micros, micros % 1_000_000 === 0 ? 0 : 2).slice(1);

interface Props {
  before: Before;
  onMade: (made: TopUpView) => void;
}

export function TopUpForm(props: Props) {
  const cards = useQuery(queries.cards());
  if (cards.data) return <Filled cards={cards.data.items} {...props} />;
  if (codeOf(cards.error) === "payments_unavailable")
    return <Empty title="No cards are accepted here">{messageOf(cards.error)}</Empty>;
  if (cards.isError) return <Failed what="Your cards" error={cards.error} retry={cards.refetch} />;
  return <CardsSkeleton />;
}

function Filled({ cards, onMade, before }: Props & { cards: readonly StoredCard[] }) {
  const client = useQueryClient();
  const topUp = useTopUp();
  const { ask, dialog } = useAgreement();
  const [picked, setPicked] = useState<string | null>(null);
  const [cardError, setCardError] = useState(before.refused);
  const form = useForm(
    { amount: typed(before.amount) },
    { checks: { amount: topUpProblem }, codes: { amount_invalid: "amount" } },
  );
  const usual = cards.find((card) => card.is_default) ?? cards[0];
  const chosen =
    cards.some(({ id }) => id === picked) || picked === NEW ? picked : (usual?.id ?? NEW);
  const amount = topUpAmount(form.values.amount);
  const label = amount === null ? "Pay" : `Pay ${usd(amount)}`;

  const pay = async (cardId: string, keep: boolean) => {
    if (amount === null) return form.refuse("amount", topUpProblem(form.values.amount) ?? "");
    setCardError(null);
    if (await ask(agreementTo(usd(amount)))) onMade(await topUp({ amount, cardId, keep }));
  };
  const payWithStored = async () => {
    if (chosen === null || chosen === NEW) return;
    try {
      await pay(chosen, false);
    } catch (error) {
      if (!isCardError(error)) throw error;
      setCardError(cardMessage(error));
      void client.invalidateQueries({ queryKey: ["cards"] });
    }
  };
  return (
    <>
      <Form
        of={form}
        act={payWithStored}
        label="Add money"
        footer={
          chosen === NEW ? null : (
            <Button type="submit" tone="primary" size="large" busy={form.busy} className="w-full">
              {label}
            </Button>
          )
        }
      >
        <Field label="Amount in US dollars" hint={`${TOP_UP_LIMITS}.`} error={form.errors.amount}>
          <Input {...form.bind("amount")} inputMode="decimal" autoComplete="off" className="num" />
        </Field>
        <Segments
          label="Common amounts"
          fill
          value={amount === null ? null : typed(amount)}
          options={TOP_UP_PRESETS.map((preset) => [typed(preset), usd(preset, 0)] as const)}
          onChange={(preset) => form.set("amount", preset)}
        />
        <Cards cards={cards} chosen={chosen} onPick={setPicked} />
        {cardError && <ErrorNote>{cardError}</ErrorNote>}
      </Form>
      {chosen === NEW && (
        <div className="mt-4">
          <CardForm onCard={pay} submitLabel={label} purpose="pay" consent={KEEP} />
        </div>
      )}
      <SmallPrint />
      {dialog}
    </>
  );
}

/** What is asked before real money moves. */
const agreementTo = (what: string) => ({
  title: `Add ${what}`,
  action: `Pay ${what}`,
  name: what,
  text: (
    <p>We charge your card {what} of real money now. It goes to your wallet and does not expire.</p>
  ),
});

/** Without it a card pays once and is stored nowhere. */
const KEEP = {
  text: "Keep this card for payments that I confirm later. I can remove it at any time.",
  required: false,
};

function Cards({
  cards,
  ...pick
}: {
  cards: readonly StoredCard[];
  chosen: string | null;
  onPick: (id: string) => void;
}) {
  if (cards.length === 0) return null;
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-label font-medium">Card</legend>
      {cards.map((card) => (
        <Pick key={card.id} id={card.id} {...pick}>
          <CardLine card={card} quiet />
        </Pick>
      ))}
      <Pick id={NEW} {...pick}>
        Another card
      </Pick>
    </fieldset>
  );
}

function SmallPrint() {
  const sandbox = useTenant()?.mode === "SANDBOX";
  return (
    <p className="mt-4 border-t border-line pt-3 text-label text-mute">
      {sandbox
        ? "This is the sandbox: it takes test cards, no real money moves, and what you add pays " +
          "for sandbox pods only."
        : "We charge your card at once. Money you add does not expire. Free credit is spent first."}
    </p>
  );
}

function Pick({
  id,
  chosen,
  onPick,
  children,
}: {
  id: string;
  chosen: string | null;
  onPick: (id: string) => void;
  children: ReactNode;
}) {
  return (
    <label
      className={
        "flex min-h-11 items-center gap-3 rounded-control border border-line2 px-3 py-1.5 " +
        "transition-colors hover:border-mute has-checked:border-brand has-checked:bg-brand-soft"
      }
    >
      <input
        type="radio"
        name="card"
        className="size-4 shrink-0 accent-(--brand)"
        checked={chosen === id}
        onChange={() => onPick(id)}
      />
      {children}
    </label>
  );
}
