// Whether the wallet covers what is held at deploy, and how to top it up.

import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import { usd } from "../../lib/money.ts";
import { span } from "../../lib/time.ts";
import { Facts, Notice } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { burnRate, hoursLeft } from "./burn.ts";
import { missingFunds, topUpFor, topUpSearch } from "./top-up.ts";

interface FundsProps {
  /** What is held at deploy, and the pod's rate while it runs, micro-dollars. */
  hold: number;
  rate: number;
}

/** How much the wallet lacks for a hold; undefined until the wallet is known. */
export function useMissingFunds(hold: number): number | undefined {
  const available = useQuery({ ...queries.wallet(), refetchInterval: usePolling(15_000) }).data
    ?.available_usd_micros;
  return available === undefined ? undefined : missingFunds(hold, available);
}

/** What is held, what is available, and how long it lasts for this pod and all others. */
export function Funds({ hold, rate }: FundsProps) {
  const wallet = useQuery({ ...queries.wallet(), refetchInterval: usePolling(15_000) }).data;
  const pods = useQuery(queries.livePods()).data?.items;
  const missing = useMissingFunds(hold);
  const others = pods && burnRate(pods);
  const hours = wallet && others !== undefined ? hoursLeft(wallet, others + rate) : null;
  return (
    <div className="grid gap-3">
      <Facts
        of={[
          ["Held at deploy", usd(hold)],
          wallet && ["In your wallet", usd(wallet.available_usd_micros)],
          missing === 0 &&
            hours !== null && [
              others ? "Lasts, with your other pods" : "Lasts for",
              `about ${span(hours * 3600)}`,
            ],
        ]}
      />
      <p className="text-label text-mute">
        The hold is released if nothing runs. Nothing is charged until the machine is ready and you
        activate the pod.
      </p>
    </div>
  );
}

/** Says what is missing and leads to the wallet, and from there back to this page. */
export function ShortOfFunds({ hold, missing }: { hold: number; missing: number }) {
  const here = useRouterState({ select: ({ location }) => location.href });
  const amount = topUpFor(missing);
  return (
    <Notice>
      You need {usd(hold)} and have {usd(Math.max(0, hold - missing))}.{" "}
      <Link to="/billing" search={topUpSearch(amount, here)} className="font-semibold underline">
        Top up {usd(amount)}
      </Link>
    </Notice>
  );
}
