// What is held at deploy, what the wallet has, and how long it lasts.

import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import { asked, had } from "../../lib/money.ts";
import { span } from "../../lib/time.ts";
import { Facts } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { useLasting } from "./burn.ts";
import { missingFunds } from "./top-up.ts";

/** `rate` is what the pod adds to the cost of all others; `ShortOfFunds` says what is missing. */
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
            hours !== null && [
              "Lasts for, with all your pods",
              <span key="lasts" className="whitespace-nowrap">
                about {span(hours * 3600)}
              </span>,
            ],
        ]}
      />
      <p className="text-label text-mute">
        The hold is released if nothing runs. Nothing is charged until your pod is ready and you
        activate it.
      </p>
    </div>
  );
}
