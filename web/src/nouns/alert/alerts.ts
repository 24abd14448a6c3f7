// A person's price alerts: read, set and removed.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api, type Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { asTyped, tenthLess, upToCents } from "../../lib/money.ts";
import { usePolling } from "../../ui/live.tsx";
import { removeLater, removeNow } from "../../ui/removals.ts";
import { alertName } from "./words.ts";

type Alert = Shape<"PriceAlertView">;
const POLL_MS = 30_000;

/** The alerts that wait; one that was told or has ended is gone from them. */
export const useAlerts = () =>
  useQuery({ ...queries.priceAlerts(), refetchInterval: usePolling(POLL_MS) });

/**
 * The price that is suggested for a machine, as typed: a tenth below what it costs, or the very
 * price where it is sold out, since then it need only come back. Empty where nothing is below.
 */
export function suggestion({
  stock,
  rate_usd_micros_per_hour: micros,
}: Pick<Shape<"OfferView">, "stock" | "rate_usd_micros_per_hour">): string {
  const price = stock === "none" ? upToCents(micros) : tenthLess(micros);
  return price > 0 ? asTyped(price) : "";
}

/** Sets an alert, in place of the one for the same machine. */
export function useSetAlert(): (machine: string, rateMax: number) => Promise<void> {
  const client = useQueryClient();
  const { queryKey } = queries.priceAlerts();
  return async (machine, rateMax) => {
    // Done later, a removal that can still be undone would take the new alert away.
    await removeNow(machine);
    const alert = await answer(
      api.PUT("/api/v2/price-alerts/{machine}", {
        params: { path: { machine } },
        body: { rate_max_usd_micros_per_hour: rateMax },
      }),
    );
    // A list that was asked for before would not have it.
    await client.cancelQueries({ queryKey });
    client.setQueryData(queryKey, (was) => ({
      items: [...(was?.items ?? []).filter((one) => one.machine !== machine), alert],
    }));
  };
}

/** Removes an alert: hidden at once, deleted when Undo disappears. */
export function useRemoveAlert(): (alert: Alert) => void {
  const client = useQueryClient();
  const { queryKey } = queries.priceAlerts();
  return (alert) => {
    const { machine } = alert;
    removeLater({ id: machine, name: `The ${alertName(alert)}` }, () =>
      answer(
        api.DELETE("/api/v2/price-alerts/{machine}", { params: { path: { machine } } }),
      ).finally(() => client.invalidateQueries({ queryKey })),
    );
  };
}
