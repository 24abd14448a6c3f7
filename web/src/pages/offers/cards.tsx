// The offers as cards, on narrow windows.

import { Badge, cx } from "../../ui/index.ts";
import { ConfigureLink, placeOf, Price, StockMark } from "./parts.tsx";
import { isOneClass } from "./search.ts";
import { BestValue, type RowsProps, Specs } from "./table.tsx";
import { machineName } from "./words.ts";

export function OfferCards({ rows, url, unit, onSelect }: RowsProps) {
  return (
    <ol className="grid gap-2.5">
      {rows.map(({ offer, rank, gone = false }) => {
        const over = gone || offer.stock === "none";
        return (
          <li key={offer.id} className={cx("card grid grid-cols-[auto_minmax(0,1fr)_auto] gap-x-3 gap-y-3 p-4", over && "text-mute")}>
            <span className={cx("num inline-flex h-8 min-w-8 items-center justify-center self-start rounded-sm px-1 text-label font-semibold", rank <= 3 && !over ? "bg-brand-soft text-brand-ink" : "bg-sunk text-mute")}><span className="sr-only">Number </span>{rank.toLocaleString("en-US")}</span>
            <div className="min-w-0">
              <h2 className="text-read font-semibold"><button type="button" onClick={() => onSelect(offer.id)} className="rounded-sm text-left">{machineName(offer)}</button></h2>
              <p className="text-mute">{placeOf(offer)}</p>
              <p className="num text-mute"><Specs offer={offer} /></p>
              {(offer.spot || (rank === 1 && !over && isOneClass(url))) && <p className="mt-1.5 flex flex-wrap gap-1.5">{rank === 1 && !over && isOneClass(url) && <BestValue />}{offer.spot && <Badge state="warn">Spot</Badge>}</p>}
            </div>
            <Price offer={offer} unit={unit} className="text-right" />
            <div className="col-span-3 flex items-center justify-between gap-2">
              <StockMark offer={offer} gone={gone} />
              <span className="flex items-center gap-1">
                <button type="button" onClick={() => onSelect(offer.id)} className="h-9 rounded-control px-2.5 font-medium text-mute hover:text-ink">Why number {rank}<span className="sr-only">: {machineName(offer)}</span></button>
                <ConfigureLink offer={offer} gone={gone} primary={rank === 1} />
              </span>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
