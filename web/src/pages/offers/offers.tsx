// Browse GPUs: every offer that matches, ranked by value, with the reason for its rank.

import { SearchX } from "lucide-react";
import { useEffect, useRef } from "react";
import { useRouter } from "@tanstack/react-router";
import type { Unit } from "../../lib/money.ts";
import { ago, clock } from "../../lib/time.ts";
import {
  Button,
  cx,
  Dialog,
  Dot,
  Empty,
  Failed,
  PageHead,
  Segments,
  SkeletonRows,
  Updating,
  useMedia,
  useNow,
} from "../../ui/index.ts";
import { LiveMark } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { DraftsMenu } from "../../nouns/draft/drafts.tsx";
import { machineName, placeOf } from "../../nouns/offer/machine.ts";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import { Explanation, LinkedOffer, RankBadge } from "./explain.tsx";
import { FilterBar, FilterDialog } from "./filters.tsx";
import { type Row, useGone } from "./gone.ts";
import { freshness, useMarket } from "./market.ts";
import { OrderBar, OrderDialog } from "./order.tsx";
import { Popular } from "./popular.tsx";
import { FILTERS, hasFilters } from "./search.ts";
import { OfferTable, WIDE } from "./table.tsx";
import { useOffersUrl } from "./url.ts";

const UNITS = [
  ["hour", "Hour"],
  ["day", "Day"],
  ["month", "Month"],
] as const;

export function Offers() {
  const [url, change] = useOffersUrl();
  const market = useMarket(url);
  const { signedIn } = usePlan();
  const wide = useMedia(WIDE);
  const beside = useMedia("(min-width: 1430px)");
  useTitle("Browse GPUs");
  const { query, rows, total } = market;
  const { shown, news } = useGone(
    query.isPlaceholderData || !query.data ? null : rows,
    market.question,
    market.plan,
  );
  const unit: Unit = url.unit ?? "hour";
  const selected = url.offer ?? (beside ? shown[0]?.offer.id : undefined);
  const row = shown.find(({ offer }) => offer.id === selected);
  const explained = { row, id: selected, total, plan: market.plan, alike: market.alike };
  const dialog = useDialogHistory(url.offer, change);
  const results = useRef<HTMLElement>(null);
  // The button disappears with the filters, so the focus goes to the results.
  const clear = () => {
    results.current?.focus({ preventScroll: true });
    change({ ...Object.fromEntries(FILTERS.map((name) => [name, undefined])), offer: undefined });
  };
  const units = (
    <Segments<Unit>
      label="Price per"
      value={unit}
      options={UNITS}
      onChange={(next) => change({ unit: next === "hour" ? undefined : next })}
      className="rounded-full [&>label]:rounded-full max-md:[&>label]:h-9 max-md:[&>label]:px-2.5"
    />
  );
  const list = {
    rows: shown,
    url,
    scale: market.scale,
    unit,
    selected,
    onSelect: (id: string) => (beside ? change({ offer: id }, { replace: true }) : dialog.open(id)),
  };
  return (
    <>
      <PageHead
        title="Browse GPUs"
        aside={
          <>
            <span role="status" className="num text-mute">
              {query.data
                ? `${total.toLocaleString("en-US")} ${total === 1 ? "offer" : "offers"}`
                : ""}
            </span>
            {query.isPlaceholderData ? <Updating /> : <Freshness market={market} />}
          </>
        }
        actions={
          <>
            {wide && units}
            {signedIn && <DraftsMenu />}
          </>
        }
      />
      <div className="mb-4 flex flex-wrap items-center gap-x-1.5 gap-y-2">
        {wide ? (
          <FilterBar url={url} change={change} onClear={clear} />
        ) : (
          <FilterDialog url={url} change={change} onClear={clear} total={total} />
        )}
        <div className={wide ? "ml-auto flex flex-wrap items-center gap-2" : "contents"}>
          {wide ? (
            <OrderBar url={url} change={change} />
          ) : (
            <OrderDialog url={url} change={change} />
          )}
          {!wide && units}
        </div>
      </div>
      {!url.gpu && <Popular onPick={(gpu) => change({ gpu: [gpu], offer: undefined })} />}
      <div className={cx(beside && "grid grid-cols-[minmax(0,1fr)_304px] items-start gap-4")}>
        <section
          ref={results}
          tabIndex={-1}
          aria-label="Offers"
          aria-busy={query.isPlaceholderData}
          className="min-w-0"
        >
          {query.isPending ? (
            <div className="card">
              <SkeletonRows rows={10} label="Loading the offers" />
            </div>
          ) : !query.data ? (
            <div className="card">
              <Failed what="The offers" error={query.error} retry={query.refetch} />
            </div>
          ) : shown.length === 0 ? (
            <NoMatch filtered={hasFilters(url)} onClear={clear} retry={query.refetch} />
          ) : (
            <>
              <OfferTable {...list} change={change} />
              <Foot
                shown={rows.length}
                market={market}
                simulated={shown.some(({ offer }) => offer.simulated.length > 0)}
              />
            </>
          )}
        </section>
        {beside && selected && <Aside {...explained} />}
      </div>
      <Dialog
        open={!beside && url.offer !== undefined}
        onClose={dialog.close}
        title={
          row ? (
            <span className="flex flex-wrap items-center gap-2">
              {machineName(row.offer)}
              <RankBadge row={row} total={total} />
            </span>
          ) : (
            "Offer"
          )
        }
      >
        {row ? (
          <>
            <p className="-mt-2 mb-3 text-mute">{placeOf(row.offer)}</p>
            <Explanation row={row} total={total} alike={market.alike} />
          </>
        ) : (
          url.offer && <LinkedOffer id={url.offer} plan={market.plan} />
        )}
      </Dialog>
      <p role="status" className="sr-only">
        {news}
      </p>
    </>
  );
}

/** Opening the dialog adds a step to the history, so that the back button closes it. */
function useDialogHistory(open: string | undefined, change: ReturnType<typeof useOffersUrl>[1]) {
  const router = useRouter();
  const opened = useRef(false);
  useEffect(() => {
    if (open === undefined) opened.current = false;
  }, [open]);
  return {
    open: (id: string) => {
      opened.current = true;
      change({ offer: id });
    },
    close: () => {
      if (open === undefined) return;
      if (opened.current) router.history.back();
      else change({ offer: undefined }, { replace: true });
    },
  };
}

function Freshness({
  market: { query, status, takenAt },
}: {
  market: ReturnType<typeof useMarket>;
}) {
  const now = useNow(5_000);
  if (!takenAt) return null;
  const fresh = freshness({
    status,
    readAt: query.dataUpdatedAt,
    failed: query.isRefetchError,
    now,
  });
  const asOf = <span className="num text-label text-mute">prices as of {clock(takenAt)}</span>;
  if (fresh === "stale")
    return (
      <span role="status" className="inline-flex items-center gap-1.5 text-label text-warn">
        <Dot state="warn" />
        stale: read {ago(new Date(query.dataUpdatedAt).toISOString(), now)}, {asOf}
      </span>
    );
  return (
    <>
      {fresh === "live" && <LiveMark />}
      {asOf}
    </>
  );
}

function Aside({
  row,
  id,
  total,
  plan,
  alike,
}: { row: Row | undefined; id: string | undefined; total: number } & Pick<
  ReturnType<typeof useMarket>,
  "plan" | "alike"
>) {
  return (
    <aside
      aria-label="The chosen offer"
      className="card sticky top-19 max-h-[calc(100dvh-92px)] overflow-y-auto p-4"
      tabIndex={0}
    >
      {row ? (
        <>
          <header className="mb-3">
            <div className="flex items-start justify-between gap-2">
              <h2 className="text-card font-semibold">{machineName(row.offer)}</h2>
              <RankBadge row={row} total={total} />
            </div>
            <p className="text-mute">{placeOf(row.offer)}</p>
          </header>
          <Explanation row={row} total={total} alike={alike} />
        </>
      ) : (
        id && (
          <>
            <h2 className="sr-only">Offer</h2>
            <LinkedOffer id={id} plan={plan} />
          </>
        )
      )}
    </aside>
  );
}

function NoMatch({
  filtered,
  onClear,
  retry,
}: {
  filtered: boolean;
  onClear: () => void;
  retry: () => unknown;
}) {
  return (
    <div className="card">
      {filtered ? (
        <Empty
          icon={<SearchX size={22} />}
          title="No offer matches"
          action={
            <Button tone="primary" onClick={onClear}>
              Clear filters
            </Button>
          }
        >
          Raise the price, ask for fewer things at once, or include what is sold out.
        </Empty>
      ) : (
        <Empty
          icon={<SearchX size={22} />}
          title="The market is empty right now"
          action={<Button onClick={() => void retry()}>Look again</Button>}
        >
          Prices are read from the clouds every few minutes.
        </Empty>
      )}
    </div>
  );
}

function Foot({
  shown,
  market: { query, total, more },
  simulated,
}: {
  shown: number;
  market: ReturnType<typeof useMarket>;
  simulated: boolean;
}) {
  const end = useRef<HTMLParagraphElement>(null);
  const go = async () => {
    await more();
    // The button disappears after the last page: the focus stays next to where it was.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) end.current?.focus();
    });
  };
  return (
    <div className="mt-4 grid justify-items-center gap-3">
      <p ref={end} tabIndex={-1} role="status" className="num text-label text-mute">
        {shown < total
          ? `${shown.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} shown`
          : `All ${total.toLocaleString("en-US")} shown`}
        {simulated && (
          <span className="block text-center">* Simulated: no source publishes it.</span>
        )}
      </p>
      {query.hasNextPage && (
        <Button onClick={() => void go()} busy={query.isFetchingNextPage}>
          Show more
        </Button>
      )}
      {query.isFetchNextPageError && (
        <p role="alert" className="text-bad">
          The next offers could not be loaded. Try again.
        </p>
      )}
    </div>
  );
}
