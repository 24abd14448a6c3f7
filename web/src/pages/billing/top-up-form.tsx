// How much to pay in, and with which card.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { answer, api } from "../../api/client.ts";
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
import { leavesOpen, once } from "../../nouns/money/intents.ts";
import { TOP_UP_LIMITS, TOP_UP_PRESETS, topUpAmount, topUpProblem } from "./amounts.ts";
import { CardsSkeleton } from "./cards-skeleton.tsx";
import type { Before, TopUpView } from "./payment.ts";

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
  const sandbox = useTenant()?.mode === "SANDBOX";
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

  const pay = async (cardId: string) => {
    if (amount === null) return form.refuse("amount", topUpProblem(form.values.amount) ?? "");
    setCardError(null);
    const what = usd(amount);
    const agreed = await ask({
      title: `Pay in ${what}`,
      action: `Pay ${what}`,
      name: what,
      text: (
        <p>
          Your card is charged {what} of real money now. It goes to your wallet and does not expire.
        </p>
      ),
    });
    if (!agreed) return;
    const { user_id: userId } = await client.ensureQueryData(queries.me());
    const made = await once(userId, `top-up ${amount} ${cardId}`, (key) =>
      answer(
        api.POST("/api/v2/billing/top-ups", {
          params: { header: { "Idempotency-Key": key } },
          body: { amount_usd_micros: amount, payment_method_id: cardId },
        }),
      ),
    ).catch((error: unknown) => {
      throw leavesOpen(error)
        ? new Error(`${messageOf(error)} Trying again will not charge you twice.`)
        : error;
    });
    void client.invalidateQueries({ queryKey: ["cards"] });
    void client.invalidateQueries({ queryKey: ["wallet"] });
    onMade(made);
  };
  const payWithStored = async () => {
    if (chosen === null || chosen === NEW) return;
    try {
      await pay(chosen);
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
        {cards.length > 0 && (
          <fieldset className="grid gap-2">
            <legend className="mb-1.5 text-label font-medium">Card</legend>
            {cards.map((card) => (
              <Pick key={card.id} id={card.id} chosen={chosen} onPick={setPicked}>
                <CardLine card={card} quiet />
              </Pick>
            ))}
            <Pick id={NEW} chosen={chosen} onPick={setPicked}>
              Another card
            </Pick>
          </fieldset>
        )}
        {cardError && <ErrorNote>{cardError}</ErrorNote>}
      </Form>
      {chosen === NEW && (
        <div className="mt-4">
          <CardForm onCard={pay} submitLabel={label} />
        </div>
      )}
      <p className="mt-4 border-t border-line pt-3 text-label text-mute">
        {sandbox
          ? "This is the sandbox: it takes test cards, no real money moves, and what you add " +
            "pays for sandbox pods only."
          : "Your card is charged at once. Paid-in money does not expire and is spent after " +
            "free credit."}
      </p>
      {dialog}
    </>
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
