// A payment into the wallet, followed until its outcome is known.

import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CircleCheck, Landmark, LoaderCircle } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { answer, api } from "../../api/client.ts";
import { codeOf, messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { usd } from "../../lib/money.ts";
import { Button, ErrorNote, Failed } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { CardError, cardMessage } from "../../nouns/card/card.ts";
import { confirmPayment } from "../../nouns/card/stripe.ts";
import { CardsSkeleton } from "./cards-skeleton.tsx";
import type { Before, TopUpView } from "./payment.ts";

const POLL_MS = 2_000;
/** How long the notice of a payment may take before somebody looks at the payment itself. */
const LOOK_MS = 5_000;

interface Props {
  id: string;
  /** The payment as answered when it was made. */
  made?: TopUpView;
  /** Its outcome has been shown. */
  onShown: () => void;
  /** Goes back to the form, which starts from this payment. */
  onAgain: (before?: Before) => void;
}

export function TopUpProgress({ id, made, onShown, onAgain }: Props) {
  // Under the wallet's key, so that a push about the wallet reloads it.
  const known = useQuery({
    queryKey: ["wallet", "top-up", id],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v2/billing/top-ups/{id}", { signal, params: { path: { id } } })),
    initialData: made,
    refetchInterval: ({ state }) =>
      state.data?.status === "pending" || state.data?.status === "requires_action"
        ? POLL_MS
        : false,
  });
  const { status, amount_usd_micros: micros = 0 } = known.data ?? {};
  const arrived = useArrival(status === "succeeded" ? known.data : undefined, known.refetch);
  const over = status === "declined" || status === "canceled";
  const gone = !known.data && codeOf(known.error) === "not_found";
  useEffect(() => {
    if (gone) onAgain();
    else if (over)
      onAgain({
        amount: micros,
        refused:
          status === "declined"
            ? cardMessage(new CardError("The card was declined."))
            : "The payment was cancelled. Nothing was charged.",
      });
    else if (status === "succeeded") onShown();
  }, [gone, over, status, micros, onAgain, onShown]);
  const amount = usd(micros);
  const again = () => onAgain({ amount: micros, refused: null });
  if (over || gone) return null;
  if (!known.data)
    return known.isError ? (
      <Failed what="Your payment" error={known.error} retry={known.refetch} />
    ) : (
      <CardsSkeleton />
    );
  if (status === "requires_action")
    return <Asks topUp={known.data} amount={amount} onAgain={again} onConfirmed={known.refetch} />;
  if (status === "succeeded") {
    return (
      <Stage
        key="paid"
        icon={<CircleCheck size={20} className="text-ok" />}
        title={arrived ? `${amount} is in your wallet` : `${amount} is paid`}
        action={
          <div className="flex flex-wrap gap-2">
            <BackToPod />
            <Button onClick={again}>Add more money</Button>
          </div>
        }
      >
        {arrived
          ? "You can use it now. It is on your statement."
          : "It reaches your wallet within seconds, as soon as the payment is confirmed to us."}
      </Stage>
    );
  }
  return (
    <Stage
      key="pending"
      icon={<LoaderCircle size={20} className="animate-spin text-mute" />}
      title={`${amount} is on its way`}
    >
      Your bank has not answered yet. You can leave this page: the money reaches your wallet once it
      is paid. Please do not pay again in the meantime.
      {known.isError && (
        <ErrorNote className="mt-3">{messageOf(known.error)} This page keeps trying.</ErrorNote>
      )}
    </Stage>
  );
}

/** Whether a payment that succeeded has been posted to the wallet: the statement tells. */
function useArrival(paid: TopUpView | undefined, look: () => unknown): boolean {
  const polling = usePolling(POLL_MS);
  const client = useQueryClient();
  const [arrived, setArrived] = useState(false);
  const charges = useInfiniteQuery({
    ...queries.charges(),
    enabled: paid !== undefined && !arrived,
    refetchInterval: Math.min(polling, 5_000),
  }).data?.pages[0]?.items;
  const posted =
    paid !== undefined &&
    charges?.some(
      ({ kind, at, amount_usd_micros: micros }) =>
        kind === "deposit" && at >= paid.created_at && micros === paid.amount_usd_micros,
    ) === true;
  useEffect(() => {
    if (!posted || arrived) return;
    setArrived(true);
    void client.invalidateQueries({ queryKey: queries.wallet().queryKey });
  }, [posted, arrived, client]);
  const waits = paid !== undefined && !arrived;
  useEffect(() => {
    if (!waits) return;
    // A look puts what is paid into the wallet, even if the notice of it was lost.
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [waits, look]);
  return arrived;
}

/** Leads back to the page that sent a person here for money. */
function BackToPod() {
  const { next } = useSearch({ from: "/shell/own/billing" });
  const navigate = useNavigate();
  if (!next) return null;
  return (
    <Button tone="primary" onClick={() => void navigate({ href: next })}>
      Back to your pod
    </Button>
  );
}

/** The card's bank asks its owner to confirm. */
function Asks({
  topUp,
  amount,
  onAgain,
  onConfirmed,
}: {
  topUp: TopUpView;
  amount: string;
  onAgain: () => void;
  onConfirmed: () => unknown;
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const running = useRef(false);
  const { client_secret: secret, publishable_key: account } = topUp;
  const confirm = async () => {
    if (running.current || !secret) return;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      await confirmPayment(secret, account);
      onConfirmed();
    } catch (caught) {
      setError(messageOf(caught));
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return (
    <Stage
      key="asks"
      icon={<Landmark size={20} className="text-warn" />}
      title={`Confirm the payment of ${amount}`}
      action={
        <div className="flex flex-wrap gap-2">
          <Button tone="primary" busy={busy} onClick={() => void confirm()}>
            Confirm with your bank
          </Button>
          <Button onClick={onAgain}>Use another card</Button>
        </div>
      }
    >
      The bank asks you to confirm this payment. Nothing is charged before you do.
      {error && <ErrorNote className="mt-3">{error}</ErrorNote>}
    </Stage>
  );
}

/**
 * Replaces the form and takes the focus, so that it is read out and the keyboard continues from
 * here.
 */
function Stage({
  icon,
  title,
  children,
  action,
}: {
  icon: ReactNode;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="grid gap-2">
      <h3 ref={heading} tabIndex={-1} className="flex items-center gap-2 text-read font-semibold">
        <span aria-hidden>{icon}</span>
        {title}
      </h3>
      <div className="text-mute">{children}</div>
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}
