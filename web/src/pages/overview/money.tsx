// Four figures: the burn rate, how long the money lasts, what was spent, what is left.

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import { inUnit, rate, usd } from "../../lib/money.ts";
import { span } from "../../lib/time.ts";
import { cx, Skeleton, useNow } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { burnRate, hoursLeft } from "../../nouns/money/burn.ts";
import type { PodView } from "../../nouns/pod/life.ts";
import { thisMonth } from "./month.ts";
import { SHORT_HOURS } from "./warnings.tsx";

/**
 * `value` is undefined while loading and null when loading failed; the children explain a known
 * value.
 */
function Tile({
  name,
  value,
  unit,
  children,
  warn = false,
}: {
  name: string;
  value: string | null | undefined;
  unit?: string;
  children: ReactNode;
  warn?: boolean;
}) {
  return (
    <div className="card p-4">
      <dt className="text-label text-mute">{name}</dt>
      <dd>
        {value === undefined ? (
          <Skeleton className="mt-1.5 h-6 w-24" />
        ) : value === null ? (
          <span className="block text-h1 font-semibold text-mute">Unknown</span>
        ) : (
          <span className={cx("num block text-h1 font-semibold", warn && "text-warn")}>
            {value}
            {unit && <span className="text-label font-normal text-mute"> {unit}</span>}
          </span>
        )}
        <span className="num block min-h-4.5 text-label text-mute">
          {value === null ? "It could not be loaded" : value !== undefined && children}
        </span>
      </dd>
    </div>
  );
}

/** `pods` are those that have not ended; undefined while loading, null when loading failed. */
export function Money({ pods }: { pods: readonly PodView[] | null | undefined }) {
  const every = usePolling(15_000);
  const today = useNow(60_000);
  const { from, to, label } = thisMonth(new Date(today));
  const wallet = useQuery({ ...queries.wallet(), refetchInterval: every });
  const usage = useQuery({ ...queries.usage(from, to), refetchInterval: every });
  const burn = pods && burnRate(pods);
  const hours = typeof burn === "number" && wallet.data ? hoursLeft(wallet.data, burn) : undefined;
  const charged =
    pods?.filter((pod) => pod.state === "running" || pod.state === "stopped").length ?? 0;
  return (
    <dl className="mb-5 grid grid-cols-2 gap-3 xl:grid-cols-4 xl:gap-5">
      <Tile name="Burn rate" value={typeof burn === "number" ? rate(burn) : burn} unit="per hour">
        {burn
          ? `${usd(inUnit(burn, "day"))} a day, ${usd(inUnit(burn, "month"))} a month`
          : charged > 0
            ? "What you keep costs nothing"
            : "Nothing is running"}
      </Tile>
      <Tile
        name="Money lasts"
        value={
          hours === undefined
            ? wallet.isError || pods === null
              ? null
              : undefined
            : hours === null
              ? "No end"
              : span(hours * 3600)
        }
        warn={typeof hours === "number" && hours < SHORT_HOURS}
      >
        {hours === null ? "Nothing is charged now" : "At the current burn rate"}
      </Tile>
      <Tile
        name={`Spent in ${label}`}
        value={usage.data ? usd(usage.data.captured_usd_micros) : usage.isError ? null : undefined}
      >
        Metered by the minute, month in UTC
      </Tile>
      <Tile
        name="Credit"
        value={
          wallet.data ? usd(wallet.data.available_usd_micros) : wallet.isError ? null : undefined
        }
      >
        {wallet.data && wallet.data.held_usd_micros > 0
          ? `and ${usd(wallet.data.held_usd_micros)} held for pods`
          : "Available to use"}
      </Tile>
    </dl>
  );
}
