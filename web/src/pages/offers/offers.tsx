// Browse GPUs: a choice to begin with, then every machine that matches it, ranked by value, with
// the reason for its rank and the clouds that sell it.

import { useRef } from "react";
import type { Unit } from "../../lib/money.ts";
import { cx, Segments, useMedia } from "../../ui/index.ts";
import { useTitle } from "../../ui/title.ts";
import { Aside, OfferDialog, useDialogHistory } from "./chosen.tsx";
import { type Comparing, toggled } from "./compare.ts";
import { CompareBar } from "./compare.tsx";
import { FilterBar, FilterDialog } from "./filters.tsx";
import { useGone } from "./gone.ts";
import { Head } from "./head.tsx";
import { useMarket } from "./market.ts";
import { movesInWords, useMoves } from "./moves.ts";
import { OrderBar, OrderDialog } from "./order.tsx";
import type { RowsProps } from "./parts.tsx";
import { PopularRow } from "./popular.tsx";
import { Results } from "./results.tsx";
import { FILTERS, isJudged, isUnchosen, type OffersUrl } from "./search.ts";
import { Start } from "./start.tsx";
import { WIDE } from "./table.tsx";
import { useUnfolded } from "./unfold.ts";
import { type Change, useOffersUrl } from "./url.ts";
import { WorkloadPill } from "./workload-pill.tsx";

/** From here on the chosen offer fits beside the list. */
const BESIDE = "(min-width: 1430px)";
const UNITS = [
  ["hour", "Hour"],
  ["day", "Day"],
  ["month", "Month"],
] as const;

export function Offers() {
  const [url, change] = useOffersUrl();
  useTitle("Browse GPUs");
  return isUnchosen(url) ? (
    <Start toolbar={<Toolbar url={url} change={change} onClear={() => undefined} />} />
  ) : (
    <OfferList url={url} change={change} />
  );
}

function OfferList({ url, change }: BarProps) {
  const market = useMarket(url);
  const wide = useMedia(WIDE);
  const beside = useMedia(BESIDE);
  const { query, rows, total, plan, per } = market;
  const answered = query.isPlaceholderData || !query.data ? null : rows;
  const { shown, news } = useGone(answered, market.question, plan);
  const moves = useMoves(answered, market.question);
  const selected = url.offer ?? (beside ? shown[0]?.offer.id : undefined);
  const row = shown.find(({ offer }) => offer.id === selected);
  const chosen = { row, id: selected, total, plan, per, judged: isJudged(url) };
  const unfolded = useUnfolded(market.question);
  const ids = url.compare ?? [];
  const comparing: Comparing = {
    ids,
    toggle: (id) => change({ compare: toggled(ids, id) }, { replace: true }),
  };
  const dialog = useDialogHistory(url.offer, change);
  const results = useRef<HTMLElement>(null);
  // The button disappears with the filters, so the focus goes to the results.
  const clear = () => {
    results.current?.focus({ preventScroll: true });
    const patch = Object.fromEntries(FILTERS.map((name) => [name, undefined]));
    // Without a workload nothing would be left to show.
    change({
      ...patch,
      offer: undefined,
      sort: url.workload ? url.sort : (url.sort ?? "price_asc"),
    });
  };
  const list: RowsProps = {
    rows: shown,
    url,
    best: market.best,
    unfolded: unfolded.of,
    onUnfold: unfolded.toggle,
    comparing,
    unit: url.unit ?? "hour",
    moves,
    selected,
    onSelect: (id: string) => (beside ? change({ offer: id }, { replace: true }) : dialog.open(id)),
  };
  return (
    <>
      <Head
        of="machine"
        count={query.data && total}
        answered={{
          takenAt: market.takenAt,
          loadedAt: query.dataUpdatedAt,
          failed: query.isRefetchError,
          replacing: query.isPlaceholderData,
        }}
      >
        {wide && <Units url={url} change={change} />}
      </Head>
      <Toolbar url={url} change={change} market={market} onClear={clear} />
      {!isJudged(url) && <PopularRow />}
      <div
        className={cx(
          beside && selected && "grid grid-cols-[minmax(0,1fr)_304px] items-start gap-4",
        )}
      >
        <section
          ref={results}
          tabIndex={-1}
          aria-label="Offers"
          aria-busy={query.isPlaceholderData}
          className="min-w-0"
        >
          <Results market={market} list={list} change={change} onClear={clear} />
        </section>
        {beside && selected && <Aside {...chosen} />}
      </div>
      <OfferDialog {...chosen} open={!beside && url.offer !== undefined} onClose={dialog.close} />
      <CompareBar
        {...comparing}
        plan={plan}
        onClear={() => change({ compare: undefined }, { replace: true })}
      />
      <p role="status" className="sr-only">
        {[movesInWords(moves), news].filter(Boolean).join(" ")}
      </p>
    </>
  );
}

interface BarProps {
  url: OffersUrl;
  change: Change;
}

const Units = ({ url, change }: BarProps) => (
  <Segments<Unit>
    label="Price per"
    value={url.unit ?? "hour"}
    options={UNITS}
    onChange={(next) => change({ unit: next === "hour" ? undefined : next })}
    className="max-md:[&>label]:px-2"
  />
);

interface ToolbarProps extends BarProps {
  /** The answer; absent before anything is chosen. */
  market?: ReturnType<typeof useMarket>;
  onClear: () => void;
}

/** The filters and the order: as pills where there is room, else behind two buttons. */
function Toolbar({ url, change, market, onClear }: ToolbarProps) {
  const bar = { url, change };
  const order = { ...bar, weights: market?.weights };
  const workload = <WorkloadPill {...bar} needs={market?.needs} />;
  const wide = useMedia(WIDE);
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-1.5 gap-y-2">
      {wide ? (
        <FilterBar {...bar} onClear={onClear} lead={workload} />
      ) : (
        <>
          {workload}
          <FilterDialog {...bar} onClear={onClear} total={market?.total} />
        </>
      )}
      {market && (
        <div className={wide ? "ml-auto flex flex-wrap items-center gap-2" : "contents"}>
          {wide ? <OrderBar {...order} /> : <OrderDialog {...order} />}
          {!wide && <Units {...bar} />}
        </div>
      )}
    </div>
  );
}
