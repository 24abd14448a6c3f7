// Where browsing begins: a choice of GPU or of workload. Ranked all together, offers of different
// GPUs would only show the largest machines.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRight } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { queries } from "../../api/queries.ts";
import { EVERY_OFFER } from "../../lib/first-offers.ts";
import { Failed } from "../../ui/index.ts";
import { Head } from "./head.tsx";
import { PopularCards } from "./popular.tsx";
import { PRESETS, workloadInWords } from "./workload.ts";

/** The market is read every few minutes; its answer is cached for one. */
const POLL_MS = 60_000;

const ALL =
  "inline-flex items-center gap-1.5 justify-self-start font-medium text-brand-ink hover:underline";
const CARD =
  "card flex h-full items-center justify-between gap-3 p-4 transition-colors hover:border-line2 " +
  "hover:bg-sunk";

export function Start({ toolbar }: { toolbar: ReactNode }) {
  const facets = useQuery({ ...queries.facets(), refetchInterval: POLL_MS });
  useNewMarket(facets.data?.snapshot_id);
  const { data } = facets;
  const count = data?.providers.reduce((sum, { offers }) => sum + offers, 0);
  return (
    <>
      <Head
        of="offer"
        count={count}
        answered={{
          takenAt: data?.taken_at ?? null,
          loadedAt: facets.dataUpdatedAt,
          failed: facets.isRefetchError,
        }}
      />
      {toolbar}
      {facets.isError && !data ? (
        <div className="card">
          <Failed what="The market" error={facets.error} retry={facets.refetch} />
        </div>
      ) : (
        <div className="mt-6 grid gap-8">
          <PopularCards />
          <Workloads />
          <Link to="/offers" search={EVERY_OFFER} className={ALL}>
            All machines by price
            <ArrowRight size={15} aria-hidden />
          </Link>
        </div>
      )}
    </>
  );
}

/** Has the prices on the page asked for again once there is another market. */
function useNewMarket(snapshot: string | undefined) {
  const client = useQueryClient();
  const before = useRef(snapshot);
  useEffect(() => {
    if (before.current !== undefined && before.current !== snapshot)
      void client.invalidateQueries({ queryKey: ["offers"] });
    before.current = snapshot ?? before.current;
  }, [client, snapshot]);
}

const Workloads = () => (
  <section aria-labelledby="workloads" className="grid gap-3">
    <header>
      <h2 id="workloads" className="text-card font-semibold">
        By workload
      </h2>
      <p className="text-mute">On demand, the best value first. You can change the numbers.</p>
    </header>
    <ul className="grid gap-2.5 sm:grid-cols-2 md:gap-4 lg:grid-cols-3">
      {PRESETS.map(({ needs, search }) => (
        <li key={needs}>
          <Link to="/offers" search={search} className={CARD}>
            <span className="grid gap-0.5">
              <span className="font-semibold">{workloadInWords(search)}</span>
              <span className="text-label text-mute">{needs}</span>
            </span>
            <ArrowRight size={15} aria-hidden className="shrink-0 text-mute" />
          </Link>
        </li>
      ))}
    </ul>
  </section>
);
