// Up to four offers side by side: a button on each, a bar that says how many are chosen, a dialog.

import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, Columns2, X } from "lucide-react";
import { useState } from "react";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { Button, cx, Dialog, Failed, SkeletonRows } from "../../ui/index.ts";
import { machineName, placeOf } from "../../nouns/offer/machine.ts";
import { type Comparing, comparison, type Lowest } from "./compare.ts";
import { ConfigureLink } from "./parts.tsx";
import { COMPARED_MAX } from "./search.ts";

type Offer = Shape<"OfferView">;

/** Adds an offer to the comparison, or takes it out again. */
export function CompareButton({ offer, ids, toggle }: Comparing & { offer: Offer }) {
  const chosen = ids.includes(offer.id);
  const full = !chosen && ids.length >= COMPARED_MAX;
  const name = `Compare ${machineName(offer)} at ${placeOf(offer)}`;
  const title = full
    ? `Up to ${COMPARED_MAX} can be compared`
    : chosen
      ? "Being compared"
      : "Compare";
  return (
    <button
      type="button"
      aria-pressed={chosen}
      aria-label={full ? `${name}: up to ${COMPARED_MAX} can be compared` : name}
      title={title}
      disabled={full}
      onClick={(event) => {
        event.stopPropagation();
        toggle(offer.id);
      }}
      className={cx(
        "inline-flex size-7 shrink-0 items-center justify-center rounded-control border " +
          "transition-colors disabled:opacity-50 max-lg:size-9",
        chosen
          ? "border-brand bg-brand-soft text-brand-ink"
          : "border-line2 bg-surface text-mute hover:bg-sunk",
      )}
    >
      {chosen ? <Check size={14} aria-hidden /> : <Columns2 size={14} aria-hidden />}
    </button>
  );
}

interface BarProps extends Comparing {
  plan: Shape<"PlanId"> | undefined;
  onClear: () => void;
}

/** Stays at the window's lower edge while offers are chosen for comparison. */
export function CompareBar({ ids, toggle, plan, onClear }: BarProps) {
  const [open, setOpen] = useState(false);
  if (ids.length === 0) return null;
  return (
    <section
      aria-label="Comparison"
      className={
        "sticky bottom-3 z-20 mx-auto mt-4 flex w-fit max-w-full flex-wrap items-center gap-2 " +
        "rounded-card border border-line bg-surface px-3 py-2 shadow-float"
      }
    >
      <p role="status" className="num text-mute">
        {ids.length} of {COMPARED_MAX} to compare
      </p>
      <Button size="small" tone="primary" disabled={ids.length < 2} onClick={() => setOpen(true)}>
        {ids.length < 2 ? "Choose another one" : "Compare"}
      </Button>
      <Button size="small" tone="quiet" onClick={onClear}>
        Clear
      </Button>
      <Dialog wide open={open} onClose={() => setOpen(false)} title="Side by side">
        {open && <Compared ids={ids} toggle={toggle} plan={plan} />}
      </Dialog>
    </section>
  );
}

function Compared({ ids, toggle, plan }: Comparing & Pick<BarProps, "plan">) {
  const answers = useQueries({ queries: ids.map((id) => queries.offer(id, plan)) });
  const lowest = useLowest(ids, plan);
  const failed = answers.find(({ isError }) => isError);
  const offers = answers.flatMap(({ data }) => data ?? []);
  if (offers.length === 0)
    return failed ? (
      <Failed
        what="The offers"
        error={failed.error}
        retry={() => answers.forEach(({ refetch }) => void refetch())}
      />
    ) : (
      <SkeletonRows rows={8} label="Loading the offers" />
    );
  return (
    <>
      {failed && <p className="mb-3 text-mute">Some of them are no longer on the market.</p>}
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Comparison table">
        <table className="w-full">
          <caption className="sr-only">Offers side by side; the best of each row is marked</caption>
          <thead>
            <tr className="border-b border-line align-bottom">
              <th scope="col" className="text-left text-label font-normal text-mute">
                Fact
              </th>
              {offers.map((offer) => (
                <Head key={offer.id} offer={offer} toggle={toggle} />
              ))}
            </tr>
          </thead>
          <tbody>
            {comparison(offers, lowest).map(({ name, cells, best }) => (
              <tr key={name} className="border-b border-line last:border-0">
                <th scope="row" className="py-2 pr-3 text-left text-label font-normal text-mute">
                  {name}
                </th>
                {cells.map((cell, place) => (
                  <td
                    key={place}
                    className={cx(
                      "num min-w-32 px-3 py-2",
                      best.has(place) && "font-semibold text-brand-ink",
                    )}
                  >
                    {cell}
                    {best.has(place) && <span className="sr-only">, the best</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** What each cost at least; a history that cannot be read leaves its place open. */
function useLowest(ids: readonly string[], plan: BarProps["plan"]): Lowest {
  const answers = useQueries({ queries: ids.map((id) => queries.offerPrices(id, 30, plan)) });
  return new Map(
    answers.flatMap(({ data }, place) => {
      const id = ids[place];
      return data && id ? [[id, data.lowest_rate_usd_micros_per_hour] as const] : [];
    }),
  );
}

const Head = ({ offer, toggle }: { offer: Offer; toggle: Comparing["toggle"] }) => (
  <th scope="col" className="min-w-32 px-3 pb-3 text-left font-normal">
    <span className="flex items-start justify-between gap-2">
      <Link
        to="/offers/$offerId"
        params={{ offerId: offer.id }}
        className="rounded-sm font-semibold hover:underline"
      >
        {machineName(offer)}
      </Link>
      <button
        type="button"
        aria-label={`Take out ${machineName(offer)} at ${placeOf(offer)}`}
        onClick={() => toggle(offer.id)}
        className="rounded-sm p-1 text-mute hover:text-ink"
      >
        <X size={14} aria-hidden />
      </button>
    </span>
    <span className="block text-label text-mute">{placeOf(offer)}</span>
    <span className="mt-2 block">
      <ConfigureLink offer={offer} size="small" />
    </span>
  </th>
);
