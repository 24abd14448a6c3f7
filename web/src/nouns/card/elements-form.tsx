// Stripe's own card form. The card goes from Stripe's frame to Stripe; this page gets its
// identifier.

import type { StripeElements } from "@stripe/stripe-js";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { messageOf } from "../../api/errors.ts";
import { Button, ErrorNote, Failed, Skeleton } from "../../ui/index.ts";
import { theme as currentTheme, useTheme } from "../../ui/theme.ts";
import { CardError, type CardFormProps, cardMessage, isCardError } from "./card.ts";
import { appearance, stripeOf } from "./stripe.ts";

interface Props extends CardFormProps {
  publishableKey: string;
  clientSecret: string;
  /** Requests an empty form: a setup intent stores one card. */
  onAgain: () => void;
}

export function ElementsForm(props: Props) {
  const [tries, setTries] = useState(0);
  const [failed, setFailed] = useState<unknown>(null);
  const again = () => {
    setFailed(null);
    setTries(tries + 1);
  };
  if (failed) return <Failed what="The card form" error={failed} retry={again} />;
  return <Mounted key={tries} onFailed={setFailed} {...props} />;
}

function Mounted({
  publishableKey,
  clientSecret,
  onCard,
  submitLabel,
  onAgain,
  onFailed,
}: Props & { onFailed: (error: unknown) => void }) {
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  /** The stored card, once there is one: a retry pays with it instead of storing another. */
  const [stored, setStored] = useState<string | null>(null);
  const { place, elements, ready } = useElements(publishableKey, clientSecret, onFailed);

  const store = async (): Promise<string | null> => {
    if (stored || !elements.current) return stored;
    const stripe = await stripeOf(publishableKey);
    const { error: refused, setupIntent } = await stripe.confirmSetup({
      elements: elements.current,
      redirect: "if_required",
    });
    // Stripe's form itself says what is wrong with a field.
    if (refused?.type === "validation_error") return null;
    if (refused) throw new CardError(refused.message ?? "The card could not be stored.");
    const method = setupIntent.payment_method;
    const id = typeof method === "string" ? method : (method?.id ?? null);
    setStored(id);
    return id;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (running.current || !ready) return;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      const id = await store();
      if (id) await onCard(id);
    } catch (caught) {
      setError(isCardError(caught) ? cardMessage(caught) : messageOf(caught));
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void submit(event)} aria-label="Card">
      {!ready && <CardSkeleton />}
      <div ref={place} hidden={stored !== null} />
      {stored && (
        <p className="rounded-control bg-sunk px-3 py-2">Your card is stored and ready to pay.</p>
      )}
      {error && <ErrorNote>{error}</ErrorNote>}
      {ready && (
        <Button type="submit" tone="primary" size="large" busy={busy} className="w-full">
          {submitLabel}
        </Button>
      )}
      {stored && !busy && (
        <Button tone="quiet" onClick={onAgain}>
          Use another card
        </Button>
      )}
    </form>
  );
}

/** Stripe's form in `place`, in our colours. */
function useElements(
  publishableKey: string,
  clientSecret: string,
  onFailed: (error: unknown) => void,
) {
  const place = useRef<HTMLDivElement>(null);
  const elements = useRef<StripeElements>(null);
  const [ready, setReady] = useState(false);
  const theme = useTheme();
  useEffect(() => {
    let left = false;
    stripeOf(publishableKey)
      .then((stripe) => {
        if (left || !place.current) return;
        elements.current = stripe.elements({
          clientSecret,
          appearance: appearance(currentTheme()),
        });
        const form = elements.current.create("payment", { layout: "tabs" });
        form.on("ready", () => setReady(true));
        form.on("loaderror", ({ error }) => onFailed(new Error(error.message)));
        form.mount(place.current);
      })
      .catch((failed: unknown) => {
        if (!left) onFailed(failed);
      });
    return () => {
      left = true;
      elements.current?.getElement("payment")?.destroy();
      elements.current = null;
    };
  }, [publishableKey, clientSecret, onFailed]);
  useEffect(() => {
    if (ready) void elements.current?.update({ appearance: appearance(theme) });
  }, [theme, ready]);
  return { place, elements, ready };
}

export function CardSkeleton() {
  return (
    <output aria-label="Loading the card form" className="grid gap-4">
      <Skeleton className="h-9" />
      <span className="grid grid-cols-2 gap-4">
        <Skeleton className="h-9" />
        <Skeleton className="h-9" />
      </span>
      <Skeleton className="h-9" />
      <Skeleton className="h-11" />
    </output>
  );
}
