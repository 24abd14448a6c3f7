// What was spent on each of the last 30 days.

import { Link } from "@tanstack/react-router";
import type { Shape } from "../../api/client.ts";
import { summed } from "../../lib/money.ts";
import { Card, Failed, Skeleton } from "../../ui/index.ts";
import { UsageChart } from "../../nouns/usage/chart.tsx";
import type { Range } from "../../nouns/usage/range.ts";
import { byDay, byPod } from "../../nouns/usage/sums.ts";

interface Props {
  usage: Shape<"UsageView"> | undefined;
  /** The last 30 days. */
  range: Range;
  error: unknown;
  retry: () => unknown;
}

export function Spend({ usage, range, error, retry }: Props) {
  return (
    <Card
      title="Spend, last 30 days"
      actions={
        <Link
          to="/billing"
          search={{ tab: "usage", ...range }}
          className="rounded-sm text-label font-medium text-brand-ink hover:underline"
        >
          All usage
        </Link>
      }
    >
      {/* As high while it loads, and while there is nothing, as the chart. */}
      <div className="grid min-h-80 grid-cols-[minmax(0,1fr)] content-start">
        {usage ? (
          <Chart usage={usage} range={range} />
        ) : error ? (
          <Failed what="Your spend" error={error} retry={retry} />
        ) : (
          <>
            <Skeleton className="mb-4 h-10 w-40" />
            <Skeleton className="h-60" />
          </>
        )}
      </div>
    </Card>
  );
}

function Chart({ usage, range }: { usage: Shape<"UsageView">; range: Range }) {
  const rows = usage.items.filter(({ day }) => day >= range.from && day <= range.to);
  const days = byDay(rows, range);
  const spent = days.reduce((sum, day) => sum + day.captured_usd_micros, 0);
  return (
    <>
      <p className="num mb-3 text-h1 font-semibold">{summed(spent)}</p>
      {spent === 0 ? (
        <p
          className={
            "grid min-h-70 place-items-center rounded-control bg-sunk px-4 text-center text-mute"
          }
        >
          Nothing was spent in the last 30 days. Usage shows here once you activate a pod.
        </p>
      ) : (
        <UsageChart
          days={days}
          pods={byPod(rows)}
          hint="Point at a bar or tap it to see which pods it is made of."
        />
      )}
    </>
  );
}
