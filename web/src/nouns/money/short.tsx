// What a wallet lacks for a hold, and the way to the top-up and back.

import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import { asked, had } from "../../lib/money.ts";
import { Notice } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { missingFunds, topUpFor } from "./top-up.ts";

/** The search parameters of the wallet's page that ask for an amount and lead back to `next`. */
export const topUpSearch = (micros: number, next: string): { amount: string; next: string } => ({
  amount: String(micros / 1_000_000),
  next,
});

/** How much the wallet lacks for a hold, micro-dollars; 0 until that is known. */
export function useMissingFunds(hold: number): number {
  const available = useQuery({ ...queries.wallet(), refetchInterval: usePolling(15_000) }).data
    ?.available_usd_micros;
  return available === undefined ? 0 : missingFunds(hold, available);
}

/** Says what is missing and leads to the wallet, and from there back to this page. */
export function ShortOfFunds({ hold, missing }: { hold: number; missing: number }) {
  const here = useRouterState({ select: ({ location }) => location.href });
  const amount = topUpFor(missing);
  return (
    <Notice>
      You need {asked(hold)} and have {had(Math.max(0, hold - missing))}.{" "}
      <Link to="/billing" search={topUpSearch(amount, here)} className="font-semibold underline">
        Top up {asked(amount)}
      </Link>
    </Notice>
  );
}
