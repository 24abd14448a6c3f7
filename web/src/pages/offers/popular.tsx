// The GPUs most people look for: as cards to begin with, and as a row of links above a list across
// kinds of GPU, whose offers cannot be compared.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { queries } from "../../api/queries.ts";
import { oneOnDemand } from "../../lib/first-offers.ts";
import { rate } from "../../lib/money.ts";
import { cx, Loading, Skeleton } from "../../ui/index.ts";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import { gpuOptions, popular } from "./options.ts";
import { toQuery } from "./search.ts";

const usePopular = () => {
  const { data } = useQuery(queries.facets());
  return data && popular(gpuOptions(data.gpus));
};

/** A row of links to one GPU each. */
export function PopularRow() {
  const gpus = usePopular();
  if (!gpus?.length) return null;
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
      <p className="text-mute">Compare offers of one GPU:</p>
      <ul className="flex flex-wrap gap-1.5">
        {gpus.map(([gpu]) => (
          <li key={gpu}>
            <Link
              to="/offers"
              search={oneOnDemand(gpu)}
              className={
                "inline-flex h-8 items-center rounded-full border border-line bg-surface px-3 " +
                "text-label font-medium whitespace-nowrap transition-colors " +
                "hover:border-line2 hover:bg-sunk max-md:h-9"
              }
            >
              {gpu}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

const GRID = "grid grid-cols-2 gap-2.5 md:gap-4 lg:grid-cols-4";

export function PopularCards() {
  const gpus = usePopular();
  if (gpus?.length === 0) return null;
  return (
    <section aria-labelledby="popular" className="grid gap-3">
      <header>
        <h2 id="popular" className="text-card font-semibold">
          Popular GPUs
        </h2>
        <p className="text-mute">The lowest price per hour of a machine with one GPU, on demand.</p>
      </header>
      {gpus ? (
        <ul className={GRID}>
          {gpus.map(([gpu, use]) => (
            <GpuCard key={gpu} gpu={gpu} use={use} />
          ))}
        </ul>
      ) : (
        <Loading label="Loading the popular GPUs" className={GRID}>
          {Array.from({ length: 8 }, (_, place) => (
            <div key={place} className="card grid h-[136px] content-start gap-3 p-4">
              <Skeleton className="h-4 w-20" />
              <Skeleton className="h-3 w-32" />
            </div>
          ))}
        </Loading>
      )}
    </section>
  );
}

/** One GPU with its lowest price at this person's plan. */
function GpuCard({ gpu, use }: { gpu: string; use: string }) {
  const { plan, known } = usePlan();
  const search = oneOnDemand(gpu);
  const { data, isError } = useInfiniteQuery({
    ...queries.offers({
      ...toQuery({ gpu: [gpu], gpu_count: 1, sort: "price_asc" }, plan),
      group: "offer",
      limit: 1,
    }),
    enabled: known,
  });
  const page = data?.pages[0];
  const cheapest = page?.items[0]?.offer;
  return (
    <li>
      <Link
        to="/offers"
        search={search}
        className={
          "card grid h-full content-start gap-0.5 p-4 transition-colors hover:border-line2 " +
          "hover:bg-sunk"
        }
      >
        <span className="text-read font-semibold">{gpu}</span>
        <span className="text-label text-mute">{use}</span>
        <span className="num mt-3 flex min-h-11 flex-wrap items-baseline gap-x-1.5">
          {page ? (
            <Lowest micros={cheapest?.rate_usd_micros_per_hour} offers={page.total} />
          ) : isError ? (
            <span className="text-mute">Price not loaded</span>
          ) : (
            <Skeleton className="h-5 w-24" />
          )}
        </span>
      </Link>
    </li>
  );
}

/** Text that flashes each time it changes. */
function Flashing({ children, className }: { children: string; className: string }) {
  const before = useRef(children);
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    if (before.current !== children) setChanges((count) => count + 1);
    before.current = children;
  }, [children]);
  return (
    <strong key={changes} className={cx("rounded-sm", className, changes > 0 && "animate-flash")}>
      {children}
    </strong>
  );
}

const Lowest = ({ micros, offers }: { micros: number | undefined; offers: number }) =>
  micros === undefined ? (
    <span className="text-mute">None on demand now</span>
  ) : (
    <>
      <span className="text-mute">from</span>
      <Flashing className="text-card font-semibold">{rate(micros)}</Flashing>
      <span className="basis-full text-label text-mute">
        {offers.toLocaleString("en-US")} {offers === 1 ? "offer" : "offers"}
      </span>
    </>
  );
