// The price alerts that wait, each with its machine and a way to remove it.

import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { FIRST_SEARCH } from "../../lib/first-offers.ts";
import { Card, Failed, IconButton, SkeletonRows } from "../../ui/index.ts";
import { useLeaving } from "../../ui/removals.ts";
import { type useAlerts, useRemoveAlert } from "../../nouns/alert/alerts.ts";
import {
  alertName,
  ALERTS_MAX,
  endInWords,
  FULL,
  priceInWords,
  TELL_ME,
} from "../../nouns/alert/words.ts";

type Alert = Shape<"PriceAlertView">;
const LINK = "font-medium text-brand-ink underline underline-offset-2";

interface AlertsProps {
  alerts: ReturnType<typeof useAlerts>;
  /** The newest notification of a price that fell: the alert it tells of is over. */
  told: string | undefined;
}

export function Alerts({ alerts, told }: AlertsProps) {
  const client = useQueryClient();
  const leaving = useLeaving();
  const remove = useRemoveAlert();
  // The button that removed an alert is gone: the list takes the focus.
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (told) void client.invalidateQueries({ queryKey: queries.priceAlerts().queryKey });
  }, [told, client]);
  const shown = alerts.data?.items.filter(({ machine }) => !leaving.has(machine)) ?? [];
  return (
    <Card title="Price alerts" pad={false}>
      <div ref={list} tabIndex={-1}>
        {alerts.isError && !alerts.data ? (
          <Failed what="Your price alerts" error={alerts.error} retry={alerts.refetch} />
        ) : !alerts.data ? (
          <SkeletonRows rows={1} label="Loading your price alerts" />
        ) : shown.length === 0 ? (
          <HowTo />
        ) : (
          <>
            {shown.length >= ALERTS_MAX && <p className="px-4 pb-3 text-mute md:px-5">{FULL}</p>}
            <ul className="border-t border-line">
              {shown.map((alert) => (
                <Item
                  key={alert.machine}
                  alert={alert}
                  onRemove={() => {
                    remove(alert);
                    list.current?.focus();
                  }}
                />
              ))}
            </ul>
          </>
        )}
      </div>
    </Card>
  );
}

const HowTo = () => (
  <p className="px-4 pb-4 text-mute md:px-5 md:pb-5">
    Choose an offer in{" "}
    <Link to="/offers" search={FIRST_SEARCH} className={LINK}>
      Browse GPUs
    </Link>{" "}
    and open “{TELL_ME}” there to set a price alert.
  </p>
);

const Item = ({ alert, onRemove }: { alert: Alert; onRemove: () => void }) => (
  <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-0 md:px-5">
    <div className="min-w-0 flex-1">
      <Link
        to="/offers"
        search={{ machine: alert.machine }}
        className={`inline-flex min-h-6 items-center break-words max-md:min-h-9 ${LINK}`}
      >
        {alert.name}
      </Link>
      <p className="num text-label text-mute">
        {priceInWords(alert)}, {endInWords(alert)}
      </p>
    </div>
    <IconButton label={`Remove the ${alertName(alert)}`} onClick={onRemove}>
      <Trash2 size={16} aria-hidden />
    </IconButton>
  </li>
);
