// The machines as cards, on narrow windows.

import type { ReactNode } from "react";
import { cx } from "../../ui/index.ts";
import { machineName, placeOf } from "../../nouns/offer/machine.ts";
import { CompareButton } from "./compare.tsx";
import type { Row } from "./gone.ts";
import {
  ConfigureLink,
  OtherUnits,
  PerGpu,
  Price,
  StockMark,
  BestValue,
  type RowsProps,
  Specs,
  SpotMark,
  UnfoldButton,
} from "./parts.tsx";
import { isJudged } from "./search.ts";

export function OfferCards(props: RowsProps) {
  const { rows, url, unit, moves, onSelect, comparing } = props;
  return (
    <ol className="grid gap-2.5">
      {rows.map((row) => (
        <OfferCard
          key={row.machine}
          row={row}
          first={row.rank === 1 && isJudged(url)}
          others={<OtherClouds row={row} {...props} />}
          comparing={comparing}
          price={
            <Price
              micros={row.offer.rate_usd_micros_per_hour}
              unit={unit}
              move={moves.get(row.offer.id)}
            />
          }
          unit={unit}
          onSelect={onSelect}
        />
      ))}
    </ol>
  );
}

function OfferCard({
  row: { offer, rank, gone = false },
  first,
  price,
  others,
  unit,
  onSelect,
  comparing,
}: Pick<RowsProps, "unit" | "onSelect" | "comparing"> & {
  row: Row;
  first: boolean;
  price: ReactNode;
  others: ReactNode;
}) {
  const over = gone || offer.stock === "none";
  const select = () => onSelect(offer.id);
  return (
    <li
      className={cx(
        "card grid grid-cols-[auto_minmax(0,1fr)_auto] gap-x-3 p-4",
        over && "text-mute",
      )}
    >
      <span
        className={cx(
          "num inline-flex h-8 min-w-8 items-center justify-center self-start rounded-sm px-1 " +
            "text-label font-semibold",
          rank <= 3 && !over ? "bg-brand-soft text-brand-ink" : "bg-sunk text-mute",
        )}
      >
        {!gone && (
          <>
            <span className="sr-only">Number </span>
            {rank.toLocaleString("en-US")}
          </>
        )}
      </span>
      <h2 className="text-read leading-5 font-semibold">
        <button type="button" onClick={select} className="rounded-sm text-left">
          {machineName(offer)}
        </button>
      </h2>
      {price}
      <div className="num col-span-2 col-start-2 -mt-2.5 text-mute">
        <p className="flex flex-wrap justify-between gap-x-3">
          <span>{placeOf(offer)}</span>
          <span className="text-right text-label">
            <PerGpu offer={offer} />
            <OtherUnits micros={offer.rate_usd_micros_per_hour} unit={unit} />
          </span>
        </p>
        <p>
          <Specs offer={offer} />
        </p>
        {first && !over && (
          <p className="mt-1.5">
            <BestValue />
          </p>
        )}
      </div>
      <div className="col-span-3 mt-3 flex flex-wrap items-center justify-between gap-2">
        <span className="flex items-center gap-3">
          <StockMark offer={offer} gone={gone} />
          {offer.spot && <SpotMark />}
        </span>
        <span className="ml-auto flex items-center gap-1">
          <button
            type="button"
            onClick={select}
            className={
              "h-9 rounded-control px-2.5 font-medium whitespace-nowrap text-mute " +
              "hover:text-ink"
            }
          >
            {gone ? "What it was" : `Why #${rank.toLocaleString("en-US")}`}
            <span className="sr-only">: {machineName(offer)}</span>
          </button>
          <CompareButton offer={offer} {...comparing} />
          <ConfigureLink offer={offer} gone={gone} primary={rank === 1} />
        </span>
      </div>
      {others}
    </li>
  );
}

/** The other clouds that sell a machine, behind a button. */
function OtherClouds({
  row,
  unit,
  unfolded,
  onUnfold,
}: Pick<RowsProps, "unit" | "unfolded" | "onUnfold"> & { row: Row }) {
  const clouds = unfolded.get(row.machine)?.rows ?? [];
  if (row.clouds < 2) return null;
  return (
    <div className="col-span-3">
      <UnfoldButton row={row} unfolded={unfolded} onUnfold={onUnfold} />
      {clouds.length > 0 && (
        <ul className="mt-2 grid gap-2 rounded-control bg-sunk p-3">
          {clouds.map(({ offer }) => (
            <li key={offer.id} className="flex flex-wrap items-center justify-between gap-2">
              <span>
                <span className="block">{placeOf(offer)}</span>
                <StockMark offer={offer} />
              </span>
              <span className="ml-auto flex items-center gap-3">
                <Price micros={offer.rate_usd_micros_per_hour} unit={unit} move={undefined} />
                <ConfigureLink offer={offer} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
