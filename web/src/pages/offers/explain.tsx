// Why an offer is ranked where it is, what it is, and what it would cost for some hours of use.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Info } from "lucide-react";
import type { Shape } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { inUnit, rate, usd } from "../../lib/money.ts";
import { cloudName } from "../../lib/names.ts";
import { date } from "../../lib/time.ts";
import { Badge, Facts, Failed, SkeletonRows } from "../../ui/index.ts";
import { useTenant } from "../../ui/tenant.ts";
import { PriceAlertFold } from "../../nouns/alert/price-alert.tsx";
import { HoursOfUse } from "../../nouns/money/hours.tsx";
import { termsInWords } from "../../nouns/money/price.tsx";
import { machineName, memoryOf, placeOf } from "../../nouns/offer/machine.ts";
import { PricesLink } from "../../nouns/offer/prices-link.tsx";
import type { Row } from "./gone.ts";
import { Bar, ConfigureLink, simulatedInWords, StockMark } from "./parts.tsx";
import { FACET_NAMES, facetValue, whyHere } from "./words.ts";

type Offer = Shape<"OfferView">;

/** The rank beside the name, in the panel's head and the dialog's. */
export const RankBadge = ({ row, total }: { row: Row; total: number }) =>
  row.gone ? (
    <Badge>Sold out</Badge>
  ) : (
    <Badge state="brand">
      <span className="num">
        #{row.rank} of {total.toLocaleString("en-US")}
      </span>
    </Badge>
  );

interface Standing {
  total: number;
  /** What prices and sizes are compared by. */
  per: Shape<"Per">;
  /** Whether it stands among offers that can be compared, so that it can be judged. */
  judged: boolean;
}

/** Everything about an offer below its name. */
export function Explanation({
  row,
  offer = row?.offer,
  ...standing
}: Standing & { row: Row | undefined; offer?: Offer }) {
  if (!offer) return null;
  const over = row?.gone || offer.stock === "none";
  return (
    <div className="grid gap-4">
      {over && (
        <p className="rounded-control bg-sunk px-3 py-2">
          Sold out{row?.gone ? " a moment ago" : ""}. Other offers with {offer.gpu} may be in stock.
        </p>
      )}
      {row && <Why row={row} {...standing} />}
      <Use offer={offer} />
      <PricesLink id={offer.id} />
      <PriceAlertFold key={offer.id} offer={offer} />
      <ConfigureLink offer={offer} gone={row?.gone} primary size="large" className="w-full" />
      <p className="flex items-start gap-2 text-label text-mute">
        <Info size={14} className="mt-0.5 shrink-0" aria-hidden />
        The price is held for you on the review page. Nothing is charged until the machine answers
        and you activate it.
      </p>
      <OfferFacts offer={offer} gone={row?.gone ?? false} />
    </div>
  );
}

/** Where nothing differs, a facet that nobody weighs or nobody knows says nothing. */
const tells = ({ weight, differs, value }: Shape<"Explained">): boolean =>
  differs || (weight > 0 && value != null);

function Why({ row, total, per, judged }: Standing & { row: Row }) {
  // Of one GPU both are the same.
  const one = row.offer.gpu_count === 1;
  return (
    <section aria-label="Why it is ranked here" className="grid gap-3">
      {judged ? (
        <p className="font-medium">{whyHere(row.explanation, total)}</p>
      ) : (
        <p className="text-mute">
          Offers of different GPUs cannot be compared fairly.{" "}
          <Link
            to="/offers"
            search={{ gpu: row.offer.gpu }}
            className="font-medium text-brand-ink underline underline-offset-2"
          >
            Compare {row.offer.gpu} offers
          </Link>
        </p>
      )}
      <ul className="grid gap-2.5">
        {row.explanation.filter(tells).map(({ facet, weight, value, scaled, differs, words }) => (
          <li key={facet} className="grid gap-1">
            <span className="num flex flex-wrap justify-between gap-x-3">
              <span>
                {FACET_NAMES[facet]}{" "}
                <span className="text-label text-mute">counts {Math.round(weight * 100)}%</span>
              </span>
              <span className="font-medium">{facetValue(facet, value, one ? "machine" : per)}</span>
            </span>
            {judged && differs && (
              <Bar
                share={scaled}
                strong={weight > 0}
                label={`${Math.round(scaled * 100)} of 100, from the worst to the best that counts`}
              />
            )}
            {judged && facet !== "availability" && (
              <span className="text-label text-mute">{words}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function OfferFacts({ offer, gone }: { offer: Offer; gone: boolean }) {
  const { disk } = offer;
  const gib = (size: number) => size.toLocaleString("en-US");
  const listed = useTenant()?.mode === "SANDBOX";
  const simulated = simulatedInWords(offer);
  return (
    <section aria-label="Facts" className="border-t border-line pt-4">
      <Facts
        of={[
          ["Machine", offer.instance_type],
          ["GPU memory", memoryOf(offer)],
          offer.bf16_tflops != null && [
            "Dense BF16",
            `${Math.round(offer.bf16_tflops).toLocaleString("en-US")} TFLOPS`,
          ],
          ["vCPU and RAM", `${offer.vcpus} and ${gib(offer.ram_gib)} GiB`],
          ["Disk", `${gib(disk.included_gib)} GiB included, up to ${gib(disk.max_gib)}`],
          ["Stock", <StockMark key="stock" offer={offer} gone={gone} />],
          ["Stop and start again", offer.stoppable ? "Yes" : "No, it can only be ended"],
          offer.spot && ["Spot", "The cloud may take it back; your pod can then be deployed again"],
          ["The cloud bills", termsInWords(offer.terms)],
          ["You pay", "by the second"],
          listed
            ? ["List price from", `a public list of ${date(offer.as_of)}`]
            : ["Price from", `${offer.source}, ${date(offer.as_of)}`],
        ]}
      />
      {listed && (
        <p className="mt-2 text-label text-mute">
          SANDBOX starts from that list price and simulates how the market moves. {simulated}
        </p>
      )}
    </section>
  );
}

/** What it costs when it runs for some hours a day. */
export function Use({ offer }: { offer: Offer }) {
  const micros = offer.rate_usd_micros_per_hour;
  const ours = offer.brokerage_usd_micros_per_hour + offer.tenant_markup_usd_micros_per_hour;
  return (
    <section
      aria-label="Cost"
      className="grid gap-3 border-t border-line pt-4 first:border-0 first:pt-0"
    >
      <HoursOfUse rate={micros} />
      <p className="num text-label text-mute">
        {rate(micros)} an hour: {rate(offer.provider_rate_usd_micros_per_hour)} to{" "}
        {cloudName(offer.provider)}, {rate(ours)} to us. Around the clock that is{" "}
        {usd(inUnit(micros, "day"))} a day and {usd(inUnit(micros, "month"))} a month.
      </p>
    </section>
  );
}

/** An offer that the address names and that is not among those that match. */
export function LinkedOffer({ id, plan }: { id: string; plan: Shape<"PlanId"> | undefined }) {
  const { data: offer, error, refetch } = useQuery(queries.offer(id, plan));
  if (codeOf(error) === "not_found")
    return (
      <p className="text-mute">
        This offer is no longer on the market. Choose another one from the list.
      </p>
    );
  if (error) return <Failed what="The offer" error={error} retry={refetch} />;
  if (!offer) return <SkeletonRows rows={4} label="Loading the offer" />;
  return (
    <>
      <p className="mb-3 text-mute">
        <span className="font-semibold text-ink">{machineName(offer)}</span>, {placeOf(offer)}. It
        is not among the offers shown, so it has no rank here.
      </p>
      <Explanation row={undefined} offer={offer} total={0} per="machine" judged={false} />
    </>
  );
}
