// A price: the sums per hour, day and month, and every part of it.

import type { Shape } from "../../api/client.ts";
import { inUnit, rate, usd } from "../../lib/money.ts";
import { span } from "../../lib/time.ts";
import { cx } from "../../ui/basics.tsx";

export type SumsOf = Pick<
  Shape<"Price">,
  "rate_usd_micros_per_hour" | "day_usd_micros" | "month_usd_micros"
>;

/** The sums for a rate that comes without them, as an offer's does. */
export const sumsOf = (microsPerHour: number): SumsOf => ({
  rate_usd_micros_per_hour: microsPerHour,
  day_usd_micros: inUnit(microsPerHour, "day"),
  month_usd_micros: inUnit(microsPerHour, "month"),
});

/** Cost per hour, day and month, side by side. */
export function Sums({ price, className }: { price: SumsOf; className?: string }) {
  const sums = [
    ["Hour", rate(price.rate_usd_micros_per_hour)],
    ["Day", usd(price.day_usd_micros)],
    ["Month", usd(price.month_usd_micros)],
  ] as const;
  return (
    <dl
      className={cx(
        "flex flex-wrap justify-between gap-x-3 gap-y-1 rounded-control bg-sunk px-4 py-3",
        className,
      )}
    >
      {sums.map(([name, sum]) => (
        <div key={name}>
          <dt className="text-label text-mute">{name}</dt>
          <dd className="num text-read font-semibold">{sum}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How a cloud bills us, in words; the user pays by the second regardless. */
export function termsInWords({
  billing_increment_secs: step,
  minimum_secs: least,
}: Shape<"BillingTerms">): string {
  const steps = step <= 1 ? "by the second" : `in steps of ${span(step)}`;
  return least > step ? `${steps}, at least ${span(least)}` : steps;
}

/** Every part of an hourly price, and who gets it. `provider` names the cloud where it is known. */
export function PriceParts({
  price,
  provider = "the cloud",
  stoppable = true,
  className,
}: {
  price: Shape<"Price">;
  provider?: string;
  stoppable?: boolean;
  className?: string;
}) {
  const all: [string, string, number][] = [
    ["Machine", `to ${provider}`, price.machine_usd_micros_per_hour],
    ["Extra disk", `to ${provider}`, price.disk_usd_micros_per_hour],
    ["Brokerage", "our fee, set by your plan", price.brokerage_usd_micros_per_hour],
    ["Markup", "to this broker", price.tenant_markup_usd_micros_per_hour],
  ];
  const rows = all.filter(([, , micros]) => micros !== 0);
  const stopped = price.stopped_rate_usd_micros_per_hour;
  return (
    <div className={className}>
      <table className="w-full">
        <caption className="sr-only">Parts of the price, per hour</caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">Part</span>
            </th>
            <th
              scope="col"
              className="pb-1 pl-3 text-right text-label font-normal whitespace-nowrap text-mute"
            >
              Per hour
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, to, micros]) => (
            <tr key={name}>
              <th scope="row" className="py-1 text-left font-normal">
                {name} <span className="text-mute">{to}</span>
              </th>
              <td className="num py-1 pl-3 text-right font-medium whitespace-nowrap">
                {usd(micros, 4)}
              </td>
            </tr>
          ))}
          <tr className="border-t border-line">
            <th scope="row" className="pt-2 pb-1 text-left font-semibold">
              While it runs
            </th>
            <td className="num pt-2 pb-1 pl-3 text-right font-semibold whitespace-nowrap">
              {usd(price.rate_usd_micros_per_hour, 4)}
            </td>
          </tr>
          {stoppable && (
            <tr>
              <th scope="row" className="py-1 text-left font-normal">
                While stopped <span className="text-mute">its disk is kept</span>
              </th>
              <td className="num py-1 pl-3 text-right font-medium whitespace-nowrap">
                {stopped > 0 ? usd(stopped, 4) : "free"}
              </td>
            </tr>
          )}
        </tbody>
      </table>
      <p className="mt-2 text-label text-mute">
        You pay by the second. {provider === "the cloud" ? "The cloud" : provider} bills us{" "}
        {termsInWords(price.provider_terms)}; any difference is ours, not yours.
      </p>
    </div>
  );
}
