// The machines as a table where there is room for one, and as cards where there is not.

import { ArrowDown, ArrowUp } from "lucide-react";
import { cloudName, statedRegion } from "../../lib/names.ts";
import { type Column, cx, DataTable } from "../../ui/index.ts";
import { machineName } from "../../nouns/offer/machine.ts";
import { OfferCards } from "./cards.tsx";
import { CompareButton } from "./compare.tsx";
import type { Row } from "./gone.ts";
import {
  BestValue,
  ConfigureLink,
  differ,
  OtherUnits,
  PerGpu,
  Price,
  type RowsProps,
  Specs,
  SpotMark,
  StockMark,
  UnfoldButton,
  ValueBar,
} from "./parts.tsx";
import { SORT_NAMES } from "./order.tsx";
import { isJudged, type Sort } from "./search.ts";
import type { Change } from "./url.ts";

/** The table's six columns need this much room. */
export const WIDE = "(min-width: 1120px)";

type TableProps = RowsProps & { change: Change };

const isOver = ({ offer, gone = false }: Row): boolean => gone || offer.stock === "none";

/** The head of a sortable column: its button and its current order. */
function sorting(
  { url, change }: TableProps,
  name: string,
  by: Sort[],
): Pick<Column<Row>, "head" | "control" | "sort"> {
  const sort = url.sort ?? "rank";
  const on = by.includes(sort);
  const next = by[(by.indexOf(sort) + 1) % by.length];
  const up = sort === "price_asc";
  return {
    head: name,
    sort: on ? (up ? "ascending" : "descending") : undefined,
    control: (
      <button
        type="button"
        onClick={() => change({ sort: next === "rank" ? undefined : next })}
        className={cx(
          "inline-flex items-center gap-1 rounded-sm",
          on ? "font-medium text-ink" : "hover:text-ink",
        )}
      >
        {name}
        {on && (up ? <ArrowUp size={13} aria-hidden /> : <ArrowDown size={13} aria-hidden />)}
      </button>
    ),
  };
}

/** The cheapest cloud, and the others behind a button. */
const cloud = ({ unfolded, onUnfold }: TableProps): Column<Row> => ({
  head: "Cloud",
  cell: (row) => {
    const { provider, region } = row.offer;
    return (
      <>
        <span className="block whitespace-nowrap text-ink">{cloudName(provider)}</span>
        {statedRegion(region) !== null && (
          <span className="block max-w-28 truncate text-label text-mute" title={region}>
            {region}
          </span>
        )}
        {!row.inner && <UnfoldButton row={row} unfolded={unfolded} onUnfold={onUnfold} />}
      </>
    );
  },
});

function columnsOf(props: TableProps): Column<Row>[] {
  const { rows, url, best, unit, moves, selected, onSelect } = props;
  // Across kinds of GPU a value says nothing, and neither does one that all have.
  const telling = isJudged(url) && differ(rows, best);
  return [
    {
      ...sorting(props, "Best value", ["rank"]),
      className: "pr-2.5",
      cell: (row) =>
        row.inner ? null : (
          <span className="flex items-center gap-2.5">
            <span className="num min-w-5 text-right font-semibold">
              {row.gone ? "" : row.rank.toLocaleString("en-US")}
            </span>
            {telling && (
              <ValueBar score={row.score} best={best} strong={row.rank <= 3 && !isOver(row)} />
            )}
          </span>
        ),
    },
    {
      head: "GPU",
      cell: (row) =>
        row.inner ? (
          <span className="num block text-label whitespace-nowrap">
            <Specs offer={row.offer} />
            {row.offers > 1 && `, ${row.offers} regions`}
          </span>
        ) : (
          <Machine
            row={row}
            best={row.rank === 1 && !isOver(row) && isJudged(url)}
            selected={row.offer.id === selected}
            onSelect={onSelect}
          />
        ),
    },
    cloud(props),
    {
      ...sorting(props, "Stock", ["availability"]),
      cell: ({ offer, gone }) => (
        <>
          <StockMark offer={offer} gone={gone} />
          {offer.spot && <SpotMark />}
        </>
      ),
    },
    {
      ...sorting(props, `Price per ${unit}`, ["price_asc", "price_desc"]),
      right: true,
      cell: ({ offer }) => (
        <>
          <Price micros={offer.rate_usd_micros_per_hour} unit={unit} move={moves.get(offer.id)} />
          <span className="block text-meta text-mute">
            <PerGpu offer={offer} />
            <OtherUnits micros={offer.rate_usd_micros_per_hour} unit={unit} />
          </span>
        </>
      ),
    },
    {
      head: "Configure",
      quiet: true,
      apart: true,
      className: "w-px pl-1",
      cell: ({ offer, rank, gone, inner }) => (
        <span className="flex items-center justify-end gap-1.5">
          <CompareButton offer={offer} {...props.comparing} />
          <ConfigureLink offer={offer} gone={gone} primary={rank === 1 && !inner} size="small" />
        </span>
      ),
    },
  ];
}

export function OfferTable(props: TableProps) {
  const { rows, url, selected, onSelect } = props;
  return (
    <DataTable
      wide={WIDE}
      caption={
        `Machines, order: ${SORT_NAMES[url.sort ?? "rank"]}. Choose one to see why it is ranked ` +
        "where it is, or unfold it to all clouds that sell it."
      }
      columns={columnsOf(props)}
      rows={rows}
      keyOf={({ machine }) => machine}
      inner={({ machine }) => props.unfolded.get(machine)?.rows ?? []}
      named={false}
      look="dense"
      rowLook={(row) => ({
        onClick: () => onSelect(row.offer.id),
        className: cx(
          "cursor-pointer transition-colors",
          row.offer.id === selected ? "bg-brand-soft" : "hover:bg-sunk",
          isOver(row) && "text-mute",
        ),
      })}
      cards={<OfferCards {...props} />}
    />
  );
}

function Machine({
  row: { offer, rank, gone = false },
  best,
  selected,
  onSelect,
}: Pick<RowsProps, "onSelect"> & { row: Row; best: boolean; selected: boolean }) {
  return (
    <>
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
        {best && <BestValue />}
      </span>
      <span className="num block text-label whitespace-nowrap text-mute">
        <Specs offer={offer} />
      </span>
    </>
  );
}
