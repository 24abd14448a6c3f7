// The list of machines, what stands in its place without any, and its end.

import { SearchX } from "lucide-react";
import { useRef } from "react";
import { Button, Empty, Failed, SkeletonRows } from "../../ui/index.ts";
import type { useMarket } from "./market.ts";
import type { RowsProps } from "./parts.tsx";
import { NoMatch } from "./no-match.tsx";
import { OfferTable } from "./table.tsx";
import type { Change } from "./url.ts";

interface ResultsProps {
  market: ReturnType<typeof useMarket>;
  list: RowsProps;
  change: Change;
  onClear: () => void;
}

export function Results({ market, list, change, onClear }: ResultsProps) {
  const { query, rows } = market;
  if (query.isPending)
    return (
      <div className="card">
        <SkeletonRows rows={10} label="Loading the offers" />
      </div>
    );
  if (!query.data)
    return (
      <div className="card">
        <Failed what="The offers" error={query.error} retry={query.refetch} />
      </div>
    );
  const { unmatched } = market;
  if (list.rows.length === 0)
    return unmatched && unmatched.nearest.length > 0 ? (
      <NoMatch url={list.url} change={change} unmatched={unmatched} onClear={onClear} />
    ) : (
      <EmptyMarket retry={query.refetch} />
    );
  return (
    <>
      <OfferTable {...list} change={change} />
      <Foot
        shown={rows.length}
        market={market}
        simulated={list.rows.some(({ offer }) => offer.simulated.length > 0)}
      />
    </>
  );
}

const EmptyMarket = ({ retry }: { retry: () => unknown }) => (
  <div className="card">
    <Empty
      icon={<SearchX size={22} />}
      title="The market is empty right now"
      action={<Button onClick={() => void retry()}>Try again</Button>}
    >
      Prices are read every few minutes. Try again shortly.
    </Empty>
  </div>
);

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
          <span className="block text-center">
            SANDBOX simulates stock and whatever else the public price lists leave out.
          </span>
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
