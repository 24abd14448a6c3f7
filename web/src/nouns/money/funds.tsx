// Whether the wallet covers what is held at deploy, and how to top it up.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import { asked, had } from "../../lib/money.ts";
import { span } from "../../lib/time.ts";
import { Facts, Notice } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { useLasting } from "./burn.ts";
import { missingFunds, topUpFor } from "./top-up.ts";

export { missingFunds };

/** What is held and what is available; `rate` is what the pod adds to the cost of all others. */
export function Funds({ hold, rate }: { hold: number; rate: number }) {
  const wallet = useQuery({ ...queries.wallet(), refetchInterval: usePolling(15_000) }).data;
  const hours = useLasting(rate)?.hours ?? null;
  const available = wallet?.available_usd_micros;
  const missing = available === undefined ? 0 : missingFunds(hold, available);
  return (
    <div className="grid gap-3">
      <Facts
        of={[
          ["Held at deploy", asked(hold)],
          available !== undefined && ["In your wallet", had(available)],
          missing === 0 &&
            hours !== null && ["Lasts for, with all your pods", `about ${span(hours * 3600)}`],
        ]}
      />
      {missing > 0 && available !== undefined && (
        <Notice>
          You need {asked(hold)} and have {had(Math.max(0, available))} available.{" "}
          <Link to="/billing" search={{ tab: "wallet" }} className="font-semibold underline">
            Top up {asked(topUpFor(missing))} or more
          </Link>
        </Notice>
      )}
      <p className="text-label text-mute">
        The hold is released if nothing runs. Nothing is charged until your pod is ready and you
        activate it.
      </p>
    </div>
  );
}
