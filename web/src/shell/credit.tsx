// What is left in the wallet, shown below the menu.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { queries } from "../api/queries.ts";
import { had } from "../lib/money.ts";
import { span } from "../lib/time.ts";
import { Progress } from "../ui/index.ts";
import { usePolling } from "../ui/live.tsx";
import { lasting } from "../nouns/money/burn.ts";

/** What is left, and how long it lasts. */
export function Credit() {
  const polling = usePolling(10_000);
  const wallet = useQuery({ ...queries.wallet(), refetchInterval: polling }).data;
  const pods = useQuery({ ...queries.livePods(), refetchInterval: polling }).data;
  if (!wallet || !pods) return null;
  const { hours } = lasting(wallet, pods.items);
  const total = wallet.available_usd_micros + wallet.held_usd_micros;
  return (
    <Link to="/billing" className="card grid gap-2 p-3 transition-colors hover:border-line2">
      <span className="flex justify-between gap-2">
        <span className="text-mute">Credit</span>
        <strong className="num font-semibold">{had(wallet.available_usd_micros)}</strong>
      </span>
      <Progress
        label="Share of the money that is available"
        value={total > 0 ? wallet.available_usd_micros / total : 0}
      />
      <span className="num text-label text-mute">
        {hours === null ? "No pods running" : `≈ ${span(hours * 3600)} at the current rate`}
      </span>
    </Link>
  );
}
