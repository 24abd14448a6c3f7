// What the configuration would cost now, beside the form.

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Shape } from "../../api/client.ts";
import { codeOf, messageOf } from "../../api/errors.ts";
import { cloudName } from "../../lib/names.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { Button, ErrorNote, Loading, Skeleton, Updating } from "../../ui/index.ts";
import { Funds } from "../../nouns/money/funds.tsx";
import { HoursOfUse } from "../../nouns/money/hours.tsx";
import { PriceParts, Sums } from "../../nouns/money/price.tsx";
import { ShortOfFunds, useMissingFunds } from "../../nouns/money/short.tsx";
import { PricesLink } from "../../nouns/offer/prices-link.tsx";
import type { Place } from "./limits.ts";

const PANEL = "card p-4 md:p-5 lg:beside";

interface EstimateProps {
  offer: Shape<"OfferView">;
  estimate: UseQueryResult<Shape<"EstimateView">>;
  /** Which part of the page the refusal is about, if there is one. */
  wrong: Place | null;
  children: ReactNode;
}

export function Estimate({ offer, estimate, wrong, children }: EstimateProps) {
  const { data, error, isPlaceholderData, isFetching, refetch } = estimate;
  const missing = useMissingFunds(data?.hold_usd_micros ?? 0);
  // What is wrong has to be put right first: until then nothing is on its way.
  const updating = isPlaceholderData && isFetching && !wrong;
  return (
    <section aria-label="Estimate" className={PANEL}>
      <div className="mb-3 flex items-center justify-between gap-2">
        <h2 className="text-read font-semibold">Estimate</h2>
        {updating && <Updating />}
      </div>
      <div className="grid gap-4">
        {error && (wrong === "price" || wrong === "offer") && codeOf(error) !== "sold_out" && (
          <div className="grid gap-2">
            <ErrorNote>{messageOf(error)}</ErrorNote>
            {wrong === "price" && <Button onClick={() => void refetch()}>Try again</Button>}
          </div>
        )}
        {(wrong === "disk" || wrong === "keys") && (
          <p className="text-mute">
            {wrong === "disk"
              ? "Correct the disk size to see the price."
              : "Choose fewer SSH keys to see the price."}
          </p>
        )}
        {!data && !wrong && (
          <Loading label="Loading the price" className="grid gap-3">
            <Skeleton className="h-16 w-full" />
            <Skeleton className="h-4 w-3/4" />
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="h-4 w-3/4" />
          </Loading>
        )}
        {data && !wrong && (
          <div className="grid gap-4" aria-busy={updating}>
            <Sums price={data.price} />
            <Disclosure label="Using it only some hours a day?">
              <HoursOfUse
                rate={data.price.rate_usd_micros_per_hour}
                stopped={offer.stoppable ? data.price.stopped_rate_usd_micros_per_hour : 0}
              />
            </Disclosure>
            <PricesLink id={offer.id} />
            <PriceParts
              price={data.price}
              provider={cloudName(offer.provider)}
              stoppable={offer.stoppable}
              className="border-t border-line pt-3"
            />
            <div className="grid gap-3 border-t border-line pt-4">
              <Funds hold={data.hold_usd_micros} rate={data.price.rate_usd_micros_per_hour} />
              {missing > 0 && <ShortOfFunds hold={data.hold_usd_micros} missing={missing} />}
            </div>
          </div>
        )}
        {children}
      </div>
    </section>
  );
}
