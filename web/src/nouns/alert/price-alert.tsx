// "Tell me when it costs less": the price alert for an offer's machine, to set, change and remove.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useRef, useState } from "react";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { asTyped, parseUsd } from "../../lib/money.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import {
  Button,
  Card,
  Failed,
  Field,
  Form,
  Input,
  Loading,
  Skeleton,
  useForm,
} from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { useLeaving } from "../../ui/removals.ts";
import { usePlan } from "../plan/use-plan.ts";
import { suggestion, useAlerts, useRemoveAlert, useSetAlert } from "./alerts.ts";
import {
  AMOUNT_WANTED,
  endInWords,
  HOW_IT_WORKS,
  nowInWords,
  priceInWords,
  TELL_ME,
  UNLISTED,
  WAITING_FOR,
} from "./words.ts";

type Offer = Shape<"OfferView">;
type Alert = Shape<"PriceAlertView">;
const POLL_MS = 30_000;

/** The alert as a part of an offer's page; nothing for visitors. */
export function PriceAlertCard({ offer }: { offer: Offer }) {
  const { signedIn } = usePlan();
  if (!signedIn) return null;
  return (
    <Card title={TELL_ME}>
      <PriceAlert offer={offer} />
    </Card>
  );
}

/** The alert folded away, where offers are looked through; nothing for visitors. */
export function PriceAlertFold({ offer }: { offer: Offer }) {
  const { signedIn } = usePlan();
  const [open, setOpen] = useState(false);
  if (!signedIn) return null;
  return (
    <Disclosure label={TELL_ME} onToggle={setOpen}>
      {open && <PriceAlert offer={offer} />}
    </Disclosure>
  );
}

function PriceAlert({ offer }: { offer: Offer }) {
  const { plan, known } = usePlan();
  const machine = useQuery({
    ...queries.machineOf(offer, plan),
    enabled: known,
    refetchInterval: usePolling(POLL_MS),
  });
  const alerts = useAlerts();
  const failed = [machine, alerts].find(({ isError, data }) => isError && data === undefined);
  if (failed) return <Failed what="Price alerts" error={failed.error} retry={failed.refetch} />;
  if (machine.data === undefined || alerts.data === undefined)
    return (
      // As high as the form.
      <Loading
        label="Loading the price alert"
        className="grid min-h-63 content-start gap-3 md:min-h-46"
      >
        <Skeleton className="h-10" />
        <Skeleton className="h-20 w-56 max-w-full" />
      </Loading>
    );
  if (machine.data === null) return <p className="text-mute">{UNLISTED}</p>;
  return <OfMachine row={machine.data} alerts={alerts.data.items} />;
}

function OfMachine({
  row: { machine, offer },
  alerts,
}: {
  row: Shape<"RankedOffer">;
  alerts: readonly Alert[];
}) {
  const leaving = useLeaving();
  const remove = useRemoveAlert();
  const [changing, setChanging] = useState(false);
  const alert = leaving.has(machine) ? undefined : alerts.find((one) => one.machine === machine);
  // The button with the focus is gone after each act: what stands there now takes it.
  const box = useRef<HTMLDivElement>(null);
  const close = () => {
    setChanging(false);
    box.current?.focus();
  };
  return (
    <div ref={box} tabIndex={-1} className="grid gap-3 rounded-sm">
      {alert && !changing ? (
        <IsSet alert={alert} offer={offer}>
          <Button onClick={() => setChanging(true)}>Change the price</Button>
          <Button
            tone="quiet"
            onClick={() => {
              remove(alert);
              box.current?.focus();
            }}
          >
            Remove the alert
          </Button>
        </IsSet>
      ) : (
        <AlertForm machine={machine} offer={offer} alert={alert} onDone={close} />
      )}
      {alerts.length > 0 && (
        <Link
          to="/notifications"
          className={
            "inline-flex min-h-6 items-center justify-self-start rounded-sm font-medium " +
            "text-brand-ink underline underline-offset-2 max-md:min-h-9"
          }
        >
          All your price alerts
        </Link>
      )}
    </div>
  );
}

interface IsSetProps {
  alert: Alert;
  /** The machine at its cheapest. */
  offer: Offer;
  children: ReactNode;
}

const IsSet = ({ alert, offer, children }: IsSetProps) => (
  <>
    <p className="num">
      {WAITING_FOR} <span className="font-semibold">{priceInWords(alert)}</span>,{" "}
      {endInWords(alert)}. <span className="text-mute">{nowInWords(offer)}</span>
    </p>
    <div className="flex flex-wrap gap-2">{children}</div>
  </>
);

interface AlertFormProps {
  machine: string;
  offer: Offer;
  /** The one that is being changed. */
  alert: Alert | undefined;
  onDone: () => void;
}

function AlertForm({ machine, offer, alert, onDone }: AlertFormProps) {
  const setAlert = useSetAlert();
  const form = useForm(
    { price: alert ? asTyped(alert.rate_max_usd_micros_per_hour) : suggestion(offer) },
    {
      checks: { price: (text) => (parseUsd(text) ? null : AMOUNT_WANTED) },
      codes: { price_invalid: "price", price_met: "price" },
    },
  );
  const { price: error } = form.errors;
  const act = async ({ price }: { price: string }) => {
    await setAlert(machine, parseUsd(price) ?? 0);
    onDone();
  };
  return (
    <Form
      of={form}
      act={act}
      label="Price alert"
      className="grid grid-cols-1 gap-3"
      footer={
        <div className="flex flex-wrap gap-2">
          <Button type="submit" busy={form.busy}>
            {alert ? "Change the alert" : "Set the alert"}
          </Button>
          {alert && (
            <Button tone="quiet" onClick={onDone}>
              Cancel
            </Button>
          )}
        </div>
      }
    >
      <p className="text-mute">{HOW_IT_WORKS}</p>
      <Field label="Most dollars per hour" error={error} hint={nowInWords(offer)}>
        <Input
          {...form.bind("price")}
          inputMode="decimal"
          autoComplete="off"
          className="max-w-56"
        />
      </Field>
    </Form>
  );
}
