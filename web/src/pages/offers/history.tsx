// How the price of an offer moved: now, lowest and highest, a chart, and a table of every change.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useState } from "react";
import type { Shape } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { rate } from "../../lib/money.ts";
import { changeOf } from "../../lib/rates.ts";
import { date, day, moment } from "../../lib/time.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import {
  Badge,
  Button,
  Card,
  type Column,
  cx,
  DataTable,
  Failed,
  Loading,
  Segments,
  Skeleton,
  Updating,
} from "../../ui/index.ts";
import { isAveraged, PriceChart } from "../../nouns/offer/price-chart.tsx";
import {
  changesOf,
  type Days,
  DAYS,
  type PriceChange,
  type Prices,
  reachedAt,
} from "../../nouns/offer/prices.ts";
import { PerGpu } from "./parts.tsx";

interface HistoryProps {
  offer: Shape<"OfferView">;
  plan: Shape<"PlanId"> | undefined;
  days: Days;
  onDays: (days: Days) => void;
}

export function History({ offer, plan, days, onDays }: HistoryProps) {
  // Those of the days before stay until those of others are there; the page is of one offer only.
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...queries.offerPrices(offer.id, Number(days), plan),
    placeholderData: keepPreviousData,
  });
  return (
    <Card
      title="Price over time"
      actions={
        <span className="flex items-center gap-3">
          {isPlaceholderData && <Updating />}
          <Segments<Days>
            label="Days shown"
            value={days}
            options={DAYS.map((count) => [count, `${count} days`] as const)}
            onChange={onDays}
            className="max-md:[&>label]:px-2.5"
          />
        </span>
      }
    >
      {/* As high while it loads as the chart. */}
      <div
        className="grid min-h-80 grid-cols-[minmax(0,1fr)] content-start gap-4"
        aria-busy={isPlaceholderData}
      >
        {data ? (
          <Shown prices={data} offer={offer} days={days} />
        ) : codeOf(error) === "not_found" ? (
          <NoHistory />
        ) : error ? (
          <Failed what="The price history" error={error} retry={refetch} />
        ) : (
          <Loading label="Loading the price history" className="grid gap-4">
            <Skeleton className="h-14 w-64 max-w-full" />
            <Skeleton className="h-60" />
          </Loading>
        )}
      </div>
    </Card>
  );
}

type ShownProps = Pick<HistoryProps, "offer" | "days"> & { prices: Prices };

const NoHistory = () => (
  <p
    className={
      "grid min-h-70 place-items-center rounded-control bg-sunk px-4 text-center text-mute"
    }
  >
    This offer has only just appeared. Its price is recorded from now on.
  </p>
);

function Shown({ prices, offer, days }: ShownProps) {
  const changes = changesOf(prices);
  const [first] = prices.points;
  const isNew = first !== undefined && first.at > prices.from;
  return (
    <>
      <Ends prices={prices} offer={offer} days={days} />
      <PriceChart prices={prices} hint={hintOf(prices, isNew)} />
      {isNew && (
        <p className="text-label text-mute">First seen on {date(first.at)}; nothing is older.</p>
      )}
      <Disclosure
        label={
          <span className="num">
            {changes.length === 1
              ? "The price as a table"
              : `${(changes.length - 1).toLocaleString("en-US")} ` +
                `${changes.length === 2 ? "change" : "changes"} as a table`}
          </span>
        }
      >
        <Changes changes={changes} />
      </Disclosure>
    </>
  );
}

/** What is said while no time is pointed at. */
function hintOf(prices: Prices, isNew: boolean): string {
  if (prices.points.length <= 1)
    return `The price has not changed ${isNew ? "since it was first seen" : "in this time"}.`;
  return isAveraged(prices)
    ? "The price moves often: the line is its average, the band its range."
    : "Point at the line or tap it to see the price of that time.";
}

/** Now, and between which prices it has been. */
function Ends({ prices, offer, days }: ShownProps) {
  const now = offer.rate_usd_micros_per_hour;
  const low = prices.lowest_rate_usd_micros_per_hour;
  const high = prices.highest_rate_usd_micros_per_hour;
  const moved = low < high;
  return (
    <dl className="num flex flex-wrap items-end gap-x-8 gap-y-3">
      <div>
        <dt className="text-label text-mute">Now, per hour</dt>
        <dd className="flex flex-wrap items-center gap-x-2.5 text-h1 font-semibold">
          {rate(now)}
          <span className="text-label font-normal text-mute">
            <PerGpu offer={offer} />
          </span>
          {moved && now <= low && <Badge state="brand">Lowest in {days} days</Badge>}
        </dd>
      </div>
      <End name="Lowest" micros={low} at={moved ? reachedAt(prices, low) : null} />
      <End name="Highest" micros={high} at={moved ? reachedAt(prices, high) : null} />
    </dl>
  );
}

const End = ({ name, micros, at }: { name: string; micros: number; at: string | null }) => (
  <div>
    <dt className="text-label text-mute">{name}</dt>
    <dd className="text-read font-medium">
      {rate(micros)}
      {at !== null && <span className="ml-2 text-label font-normal text-mute">{day(at)}</span>}
    </dd>
  </div>
);

const COLUMNS: readonly Column<PriceChange>[] = [
  { head: "Since", cell: ({ at }) => <time dateTime={at}>{moment(at)}</time> },
  { head: "Per hour", right: true, cell: ({ rate: micros }) => rate(micros) },
  { head: "Change", right: true, cell: (change) => <Moved {...change} /> },
];

function Moved({ rate: now, was }: PriceChange) {
  if (was === null) return <span className="text-mute">first price</span>;
  const down = now < was;
  const Icon = down ? ArrowDown : ArrowUp;
  return (
    <span className={cx("inline-flex items-center gap-1", down ? "text-ok" : "text-warn")}>
      <Icon size={12} aria-hidden />
      <span className="sr-only">{down ? "down" : "up"} </span>
      {changeOf(was, now)}
    </span>
  );
}

/** As many rows at once as anyone reads. */
const ROWS = 25;

function Changes({ changes }: { changes: readonly PriceChange[] }) {
  const [shown, setShown] = useState(ROWS);
  return (
    <>
      <DataTable
        caption="Every change of the price, the newest first"
        wide="(min-width: 0px)"
        columns={COLUMNS}
        rows={changes.slice(0, shown)}
        keyOf={({ at }) => at}
        look="middle"
      />
      {shown < changes.length && (
        <div className="mt-3 grid justify-items-center">
          <Button onClick={() => setShown(shown + ROWS * 4)}>Show more</Button>
        </div>
      )}
    </>
  );
}
