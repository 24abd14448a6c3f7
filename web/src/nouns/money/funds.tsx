// Whether the wallet covers what is held at deploy, and how to top it up.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { queries } from "../../api/queries.ts";
import { usd } from "../../lib/money.ts";
import { span } from "../../lib/time.ts";
import { Facts, Notice } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";

/** What is missing, rounded up to whole cents; 0 when nothing is. */
export const missingFunds = (needed: number, available: number): number =>
  Math.max(0, Math.ceil((needed - available) / 10_000) * 10_000);

/** What is held and what is available; `rate` gives how long that would last. */
export function Funds({ hold, rate }: { hold: number; rate: number }) {
  const wallet = useQuery({ ...queries.wallet(), refetchInterval: usePolling(15_000) }).data;
  const available = wallet?.available_usd_micros;
  const missing = available === undefined ? 0 : missingFunds(hold, available);
  return (
    <div className="grid gap-3">
      <Facts
        of={[
          ["Held at deploy", usd(hold)],
          available !== undefined && ["In your wallet", usd(available)],
          available !== undefined &&
            missing === 0 &&
            rate > 0 && ["Lasts for", `about ${span((available / rate) * 3600)}`],
        ]}
      />
      {missing > 0 && available !== undefined && (
        <Notice>
          You need {usd(hold)} and have {usd(Math.max(0, available))} available.{" "}
          <Link to="/billing" search={{ tab: "wallet" }} className="font-semibold underline">
            Top up {usd(missing)} or more
          </Link>
        </Notice>
      )}
      <p className="text-label text-mute">
        What is held is released if nothing runs. Nothing is charged until the machine answers and
        you activate it.
      </p>
    </div>
  );
}
