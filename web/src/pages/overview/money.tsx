// Four figures: what all pods cost, how long the money lasts, what was spent, what is left.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { asked, had, inUnit, rate, summed, usd } from "../../lib/money.ts";
import { span } from "../../lib/time.ts";
import { cx, Skeleton } from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { burnRate, lasting } from "../../nouns/money/burn.ts";
import type { PodView } from "../../nouns/pod/life.ts";
import type { Range } from "../../nouns/usage/range.ts";
import { SHORT_HOURS } from "./warnings.tsx";

/**
 * `value` is undefined while loading and null when loading failed; the children explain it, and
 * stand there from the start, so that nothing moves.
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
    <div className="card min-w-0 p-4 max-[359px]:p-3">
      <dt className="text-label text-mute">{name}</dt>
      <dd>
        {value === undefined ? (
          <Skeleton className="mt-1.5 h-6 w-24" />
        ) : value === null ? (
          <span className="block text-h1 font-semibold text-mute max-[359px]:text-card">
            Unknown
          </span>
        ) : (
          <span
            className={cx(
              "num block text-h1 font-semibold max-[359px]:text-card",
              warn && "text-warn",
            )}
          >
            {value}
            {unit && (
              <>
                {" "}
                <span className="text-label font-normal whitespace-nowrap text-mute">{unit}</span>
              </>
            )}
          </span>
        )}
        <span className="num block min-h-4.5 text-label text-mute">
          {value === null ? "It could not be loaded" : children}
        </span>
      </dd>
    </div>
  );
}

/** Money that nothing uses lasts for ever, if there is any. */
function lastsWords(
  hours: number | null,
  wallet: Pick<Shape<"WalletDetails">, "available_usd_micros"> | undefined,
): string {
  if (hours !== null) return span(hours * 3600);
  return wallet && wallet.available_usd_micros > 0 ? "No limit" : "No money";
}

interface Props {
  /** Those that have not ended; undefined while loading, null when loading failed. */
  pods: readonly PodView[] | null | undefined;
  month: Range & { label: string };
  usage: Shape<"UsageView"> | null | undefined;
}

export function Money({ pods, month, usage }: Props) {
  const wallet = useQuery({ ...queries.wallet(), refetchInterval: usePolling(15_000) });
  const last = pods && wallet.data ? lasting(wallet.data, pods) : undefined;
  const none = wallet.isError || pods === null ? null : undefined;
  const burn = pods && burnRate(pods);
  const spent = usage?.items
    .filter(({ day }) => day >= month.from && day <= month.to)
    .reduce((sum, row) => sum + row.captured_usd_micros, 0);
  return (
    <dl className="mb-5 grid grid-cols-2 gap-3 xl:grid-cols-4 xl:gap-5">
      <Tile name="Cost now" value={typeof burn === "number" ? rate(burn) : burn} unit="per hour">
        {burn
          ? `${usd(inUnit(burn, "day"))} a day, ${usd(inUnit(burn, "month"))} a month`
          : pods?.some(({ state }) => state === "stopped")
            ? "Stopped pods cost nothing here"
            : "Nothing is running"}
      </Tile>
      <Tile
        name="Money lasts"
        value={last ? lastsWords(last.hours, wallet.data) : none}
        warn={typeof last?.hours === "number" && last.hours < SHORT_HOURS}
      >
        {last?.hours === null ? "Nothing is charged now" : "With all your pods, as they are"}
      </Tile>
      <Tile
        name={`Spent in ${month.label}`}
        value={spent !== undefined ? summed(spent) : usage === null ? null : undefined}
      >
        Updated every minute, month in UTC
      </Tile>
      <Tile
        name="Credit"
        value={
          wallet.data ? had(wallet.data.available_usd_micros) : wallet.isError ? null : undefined
        }
      >
        {wallet.data && wallet.data.held_usd_micros > 0
          ? `and ${asked(wallet.data.held_usd_micros)} held for pods. `
          : "Available to spend. "}
        <Link
          to="/billing"
          className="font-medium whitespace-nowrap text-brand-ink underline underline-offset-2"
        >
          Top up
        </Link>
      </Tile>
    </dl>
  );
}
