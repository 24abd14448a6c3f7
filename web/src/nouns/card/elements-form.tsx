// Stripe's own card form. The card goes from Stripe's frame to Stripe; this page gets its
// identifier.

import type { Stripe, StripeElements } from "@stripe/stripe-js";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { messageOf } from "../../api/errors.ts";
import { Button, ErrorNote, Failed, Skeleton } from "../../ui/index.ts";
import { theme as currentTheme, useTheme } from "../../ui/theme.ts";
import { CardError, type CardFormProps, cardMessage, isCardError } from "./card.ts";
import { Consent, CONSENT_MISSING } from "./consent.tsx";
import { appearance, stripeOf } from "./stripe.ts";

/**
 * A form for a card that the server charges.
 * <https://docs.stripe.com/payments/finalize-payments-on-the-server>
 */
const DEFERRED = {
  mode: "setup",
  currency: "usd",
  paymentMethodCreation: "manual",
  paymentMethodTypes: ["card"] as string[],
} as const;

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
  purpose,
  consent,
}: Props & { onFailed: (error: unknown) => void }) {
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [keep, setKeep] = useState(false);
  const [unagreed, setUnagreed] = useState(false);
  /** The card that Stripe knows, once it does: a retry pays with it instead of another. */
  const [known, setKnown] = useState<string | null>(null);
  const { place, elements, ready } = useElements(
    publishableKey,
    purpose === "store" ? clientSecret : null,
    onFailed,
  );

  const run = async () => {
    const form = elements.current;
    if (!known && !form) return;
    const id = known ?? (await CARD_OF[purpose](await stripeOf(publishableKey), form!));
    setKnown(id);
    if (!id) return;
    try {
      await onCard(id, keep);
    } catch (caught) {
      // Stripe does not take a card again that was declined before it was stored.
      if (purpose === "pay" && isCardError(caught)) setKnown(null);
      throw caught;
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (running.current || !ready) return;
    setUnagreed(consent.required && !keep);
    if (consent.required && !keep) return;
    running.current = true;
    setBusy(true);
    setError(null);
    await run()
      .catch((caught: unknown) =>
        setError(isCardError(caught) ? cardMessage(caught) : messageOf(caught)),
      )
      .finally(() => {
        running.current = false;
        setBusy(false);
      });
  };
  return (
    <form
      className="grid gap-4"
      noValidate
      onSubmit={(event) => void submit(event)}
      aria-label="Card"
    >
      {!ready && <CardSkeleton />}
      <div ref={place} hidden={known !== null} />
      {known && <p className="rounded-control bg-sunk px-3 py-2">Your card is ready.</p>}
      {ready && (
        <Consent
          {...consent}
          agreed={keep}
          onChange={(agreed) => {
            setKeep(agreed);
            setUnagreed(false);
          }}
          error={unagreed ? CONSENT_MISSING : null}
        />
      )}
      {error && <ErrorNote>{error}</ErrorNote>}
      {ready && (
        <Button type="submit" tone="primary" size="large" busy={busy} className="w-full">
          {submitLabel}
        </Button>
      )}
      {known && !busy && (
        <Button tone="quiet" onClick={onAgain}>
          Use another card
        </Button>
      )}
    </form>
  );
}

/** How Stripe comes to know the card in its form; null when the form itself says what is wrong. */
const CARD_OF = {
  /** Stored with its owner, who was asked if their bank wants that. */
  store: async (stripe: Stripe, elements: StripeElements): Promise<string | null> => {
    const { error, setupIntent } = await stripe.confirmSetup({
      elements,
      redirect: "if_required",
    });
    if (error?.type === "validation_error") return null;
    if (error) throw new CardError(error.message ?? "The card could not be stored.");
    const method = setupIntent.payment_method;
    return typeof method === "string" ? method : (method?.id ?? null);
  },
  /** Known, and stored nowhere. */
  pay: async (stripe: Stripe, elements: StripeElements): Promise<string | null> => {
    const { error: incomplete } = await elements.submit();
    if (incomplete) return null;
    const { error, paymentMethod } = await stripe.createPaymentMethod({ elements });
    if (error) throw new CardError(error.message ?? "The card could not be read.");
    return paymentMethod.id;
  },
};

/** Stripe's form in `place`, in our colours; without a secret it stores nothing. */
function useElements(
  publishableKey: string,
  clientSecret: string | null,
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
        const look = { appearance: appearance(currentTheme()) };
        elements.current =
          clientSecret === null
            ? stripe.elements({ ...DEFERRED, ...look })
            : stripe.elements({ clientSecret, ...look });
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
