// The offers as a table, where there is room for one.

import { ArrowDown, ArrowUp, Trophy } from "lucide-react";
import type { ReactNode } from "react";
import type { Unit } from "../../lib/money.ts";
import { cloudName, regionName } from "../../lib/names.ts";
import { Badge, cx } from "../../ui/index.ts";
import type { Row } from "./gone.ts";
import { ConfigureLink, OtherUnits, Price, Simulated, StockMark, ValueBar } from "./parts.tsx";
import { isOneClass, type OffersUrl, type Sort } from "./search.ts";
import type { Change } from "./url.ts";
import { machineName, memoryOf, type Scale } from "./words.ts";

export interface RowsProps {
  rows: readonly Row[];
  url: OffersUrl;
  scale: Scale;
  unit: Unit;
  selected: string | undefined;
  onSelect: (id: string) => void;
}

/** First of what was asked for, where that is one class of GPUs. */
export const BestValue = () => (
  <Badge state="brand">
    <Trophy size={12} aria-hidden />
    Best value
  </Badge>
);

/** The cloud may take the machine back at any time. */
export const SpotMark = () => (
  <span className="block text-label text-warn" title="The cloud may take it back at any time">
    Spot
  </span>
);

export function Specs({ offer }: Pick<Row, "offer">) {
  return (
    <>
      {memoryOf(offer)}, {offer.vcpus}
      <Simulated of={offer} field="vcpus" /> vCPU, {offer.ram_gib.toLocaleString("en-US")}
      <Simulated of={offer} field="ram_gib" /> GiB<span className="sr-only"> RAM</span>
    </>
  );
}

function Head({
  children,
  by,
  url,
  change,
  className,
}: {
  children: ReactNode;
  by: Sort[];
  url: OffersUrl;
  change: Change;
  className?: string;
}) {
  const sort = url.sort ?? "rank";
  const on = by.includes(sort);
  const next = by[(by.indexOf(sort) + 1) % by.length];
  const up = sort === "price_asc";
  return (
    <th
      scope="col"
      aria-sort={on ? (up ? "ascending" : "descending") : undefined}
      className={cx("h-9 px-2 font-normal", className)}
    >
      <button
        type="button"
        onClick={() => change({ sort: next === "rank" ? undefined : next })}
        className={cx(
          "inline-flex items-center gap-1 rounded-sm",
          on ? "font-medium text-ink" : "hover:text-ink",
        )}
      >
        {children}
        {on && (up ? <ArrowUp size={13} aria-hidden /> : <ArrowDown size={13} aria-hidden />)}
      </button>
    </th>
  );
}

export function OfferTable({
  rows,
  url,
  change,
  scale,
  unit,
  selected,
  onSelect,
}: RowsProps & { change: Change }) {
  const head = { url, change };
  return (
    <table className="w-full">
      <caption className="sr-only">
        Offers, {url.sort ? "sorted" : "the best value first"}; choose a GPU to see why it stands
        where it does
      </caption>
      <thead>
        <tr className="border-b border-line text-left text-label text-mute">
          <Head {...head} by={["rank"]} className="pl-4">
            Best value
          </Head>
          <th scope="col" className="h-9 px-2 font-normal">
            GPU
          </th>
          <th scope="col" className="h-9 px-2 font-normal">
            Cloud
          </th>
          <Head {...head} by={["availability"]}>
            Stock
          </Head>
          <Head {...head} by={["price_asc", "price_desc"]} className="text-right">
            Price per {unit}
          </Head>
          <th scope="col" className="h-9 w-px pr-4">
            <span className="sr-only">Configure</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <OfferRow
            key={row.offer.id}
            row={row}
            url={url}
            scale={scale}
            unit={unit}
            selected={selected === row.offer.id}
            onSelect={onSelect}
          />
        ))}
      </tbody>
    </table>
  );
}

function OfferRow({
  row: { offer, rank, score, gone = false },
  url,
  scale,
  unit,
  selected,
  onSelect,
}: Omit<RowsProps, "rows" | "selected"> & { row: Row; selected: boolean }) {
  const over = gone || offer.stock === "none";
  const micros = offer.rate_usd_micros_per_hour;
  return (
    <tr
      onClick={() => onSelect(offer.id)}
      className={cx(
        "h-14 cursor-pointer border-b border-line transition-colors last:border-0",
        selected ? "bg-brand-soft" : "hover:bg-sunk",
        over && "text-mute",
      )}
    >
      <td className="py-1.5 pr-2.5 pl-4">
        <span className="flex items-center gap-2.5">
          <span className="num min-w-5 text-right font-semibold">
            {gone ? "" : rank.toLocaleString("en-US")}
          </span>
          <ValueBar score={score} scale={scale} strong={rank <= 3 && !over} />
        </span>
      </td>
      <td className="px-2 py-1.5">
        <span className="flex flex-wrap items-center gap-x-2">
          <button
            type="button"
            aria-pressed={selected}
            onClick={(event) => {
              event.stopPropagation();
              onSelect(offer.id);
            }}
            className="rounded-sm font-semibold hover:underline"
          >
            {machineName(offer)}
            <span className="sr-only">{gone ? ", sold out" : `, why it is number ${rank}`}</span>
          </button>
          {rank === 1 && !over && isOneClass(url) && <BestValue />}
        </span>
        <span className="num block text-label whitespace-nowrap text-mute">
          <Specs offer={offer} />
        </span>
      </td>
      <td className="px-2 py-1.5">
        <span className="block whitespace-nowrap">{cloudName(offer.provider)}</span>
        <span
          className="block max-w-28 truncate text-label text-mute"
          title={regionName(offer.region)}
        >
          {regionName(offer.region)}
        </span>
      </td>
      <td className="px-2 py-1.5">
        <StockMark offer={offer} gone={gone} />
        {offer.spot && <SpotMark />}
      </td>
      <td className="px-2 py-1.5 text-right">
        <Price micros={micros} unit={unit} />
        <span className="num block text-meta whitespace-nowrap text-mute">
          <OtherUnits micros={micros} unit={unit} />
        </span>
      </td>
      <td className="py-1.5 pr-4 pl-1" onClick={(event) => event.stopPropagation()}>
        <ConfigureLink offer={offer} gone={gone} primary={rank === 1} size="small" />
      </td>
    </tr>
  );
}
