// Browse GPUs: every offer that matches, ranked by value, with the reason for its rank.

import { type ReactNode, useRef } from "react";
import type { Unit } from "../../lib/money.ts";
import { ago, clock } from "../../lib/time.ts";
import { cx, Dot, PageHead, Segments, Updating, useMedia, useNow } from "../../ui/index.ts";
import { LiveMark } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { DraftsMenu } from "../../nouns/draft/drafts.tsx";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import { Aside, OfferDialog, useDialogHistory } from "./chosen.tsx";
import { FilterBar, FilterDialog } from "./filters.tsx";
import { useGone } from "./gone.ts";
import { freshness, useMarket } from "./market.ts";
import { OrderBar, OrderDialog } from "./order.tsx";
import type { RowsProps } from "./parts.tsx";
import { Popular } from "./popular.tsx";
import { Results } from "./results.tsx";
import { FILTERS, type OffersUrl } from "./search.ts";
import { WIDE } from "./table.tsx";
import { type Change, useOffersUrl } from "./url.ts";

/** From here on the chosen offer fits beside the list. */
const BESIDE = "(min-width: 1430px)";
const UNITS = [
  ["hour", "Hour"],
  ["day", "Day"],
  ["month", "Month"],
] as const;

export function Offers() {
  const [url, change] = useOffersUrl();
  const market = useMarket(url);
  const wide = useMedia(WIDE);
  const beside = useMedia(BESIDE);
  useTitle("Browse GPUs");
  const { query, rows, total, plan, alike } = market;
  const answered = query.isPlaceholderData || !query.data ? null : rows;
  const { shown, news } = useGone(answered, market.question, plan);
  const selected = url.offer ?? (beside ? shown[0]?.offer.id : undefined);
  const row = shown.find(({ offer }) => offer.id === selected);
  const chosen = { row, id: selected, total, plan, alike };
  const dialog = useDialogHistory(url.offer, change);
  const results = useRef<HTMLElement>(null);
  // The button disappears with the filters, so the focus goes to the results.
  const clear = () => {
    results.current?.focus({ preventScroll: true });
    change({ ...Object.fromEntries(FILTERS.map((name) => [name, undefined])), offer: undefined });
  };
  const list: RowsProps = {
    rows: shown,
    url,
    scale: market.scale,
    unit: url.unit ?? "hour",
    selected,
    onSelect: (id: string) => (beside ? change({ offer: id }, { replace: true }) : dialog.open(id)),
  };
  return (
    <>
      <Head market={market}>{wide && <Units url={url} change={change} />}</Head>
      <Toolbar url={url} change={change} total={total} wide={wide} onClear={clear} />
      {!url.gpu && <Popular onPick={(gpu) => change({ gpu: [gpu], offer: undefined })} />}
      <div className={cx(beside && "grid grid-cols-[minmax(0,1fr)_304px] items-start gap-4")}>
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
      <p role="status" className="sr-only">
        {news}
      </p>
    </>
  );
}

interface HeadProps {
  market: ReturnType<typeof useMarket>;
  children: ReactNode;
}

function Head({ market, children }: HeadProps) {
  const { signedIn } = usePlan();
  const { query, total } = market;
  return (
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
          {children}
          {signedIn && <DraftsMenu />}
        </>
      }
    />
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
  />
);

interface ToolbarProps extends BarProps {
  total: number;
  wide: boolean;
  onClear: () => void;
}

/** The filters and the order: as pills where there is room, else behind two buttons. */
function Toolbar({ url, change, total, wide, onClear }: ToolbarProps) {
  const bar = { url, change };
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-1.5 gap-y-2">
      {wide ? (
        <FilterBar {...bar} onClear={onClear} />
      ) : (
        <FilterDialog {...bar} onClear={onClear} total={total} />
      )}
      <div className={wide ? "ml-auto flex flex-wrap items-center gap-2" : "contents"}>
        {wide ? <OrderBar {...bar} /> : <OrderDialog {...bar} />}
        {!wide && <Units {...bar} />}
      </div>
    </div>
  );
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
