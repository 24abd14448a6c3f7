// What is said of price alerts.

import type { Shape } from "../../api/client.ts";
import { rate } from "../../lib/money.ts";
import { date } from "../../lib/time.ts";

type Alert = Shape<"PriceAlertView">;

/** The alerts that a person may have at once. */
export const ALERTS_MAX = 20;

/** What the control is called, wherever it is named. */
export const TELL_ME = "Tell me when it costs less";

export const HOW_IT_WORKS =
  "We tell you once, by email and in the app, as soon as any cloud has this machine in stock at " +
  "your price or below. If that takes more than 90 days, the alert ends.";
export const UNLISTED = "No cloud lists this machine any more, so there is no price to wait for.";
export const AMOUNT_WANTED = "Enter an amount such as 1.80.";
export const FULL =
  `You have ${ALERTS_MAX} price alerts, which is the limit. ` + "Remove one to set another.";

/** What the machine costs at its cheapest, beside the field. */
export const nowInWords = ({
  stock,
  rate_usd_micros_per_hour: micros,
}: Pick<Shape<"OfferView">, "stock" | "rate_usd_micros_per_hour">): string =>
  stock === "none"
    ? `It is sold out everywhere; the lowest list price is ${rate(micros)}.`
    : `The lowest price is ${rate(micros)} now.`;

/** Before the price and the end of an alert that is set. */
export const WAITING_FOR = "We will tell you when it costs";

/** "$1.80 an hour or less". */
export const priceInWords = ({ rate_max_usd_micros_per_hour: micros }: Alert): string =>
  `${rate(micros)} an hour or less`;

/** "until 20 Feb 2027". */
export const endInWords = ({ ends_at: end }: Alert): string => `until ${date(end)}`;

/** What an alert is called among other things. */
export const alertName = ({ name }: Alert): string => `price alert for ${name}`;
