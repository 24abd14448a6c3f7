// A held price: how long it is held, and how the next one differs.

import type { Shape } from "../../api/client.ts";
import { rate, usd } from "../../lib/money.ts";

export type Quote = Shape<"QuoteView">;

/** Whole seconds for which a price is still held; 0 once it has expired. */
export const secondsLeft = ({ expires_at }: Pick<Quote, "expires_at">, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(expires_at) - now) / 1_000));

/** The share of its time that is left, 1 to 0. */
export function shareLeft(
  { created_at, expires_at }: Pick<Quote, "created_at" | "expires_at">,
  now: number,
): number {
  const whole = Date.parse(expires_at) - Date.parse(created_at);
  return whole > 0 ? Math.min(1, Math.max(0, (Date.parse(expires_at) - now) / whole)) : 0;
}

/** What screen readers announce of the countdown: twice, and at its end. */
export function spoken(seconds: number): string {
  if (seconds === 0) return "The price is no longer held. Get a new price to deploy.";
  if (seconds <= 10) return "The price is held for 10 more seconds.";
  return seconds <= 30 ? "The price is held for 30 more seconds." : "";
}

export interface PriceChange {
  way: "same" | "up" | "down";
  words: string;
}

/** How a new price differs from the previous one, both per hour. */
export function priceChange(before: number, now: number): PriceChange {
  if (before === now) return { way: "same", words: `The price is the same: ${rate(now)} an hour.` };
  const [way, verb] = now > before ? (["up", "rose"] as const) : (["down", "fell"] as const);
  const shown = rate(before) === rate(now) ? (micros: number) => usd(micros, 6) : rate;
  const percent = before > 0 ? Math.abs(((now - before) / before) * 100) : 0;
  return {
    way,
    words:
      `The price ${verb} by ${shown(Math.abs(now - before))} an hour ` +
      `(${percent < 0.1 ? "less than 0.1" : percent.toFixed(1)}%): it was ${shown(before)} and ` +
      `is ${shown(now)} now.`,
  };
}

/**
 * One key for all attempts to deploy a quote, so that a double click or a lost answer opens one
 * pod.
 */
export const deployKey = (quoteId: string): string => `deploy-${quoteId}`;

type Configured = Pick<Quote, "offer_id" | "template_id" | "disk_gib" | "any_region" | "relaunch">;

/** What a price is asked for: what a quote's was asked for, with these keys. */
export const configurationOf = (
  quote: Configured,
  keys: readonly string[],
): Shape<"ConfigurationRequest"> => ({
  offer_id: quote.offer_id,
  template_id: quote.template_id,
  disk_gib: quote.disk_gib,
  ssh_key_ids: [...keys],
  any_region: quote.any_region,
  relaunch: quote.relaunch,
});

/**
 * The same configuration again. A quote does not name its keys, the draft does; null when they are
 * not known.
 */
export const sameConfiguration = (
  quote: Configured & Pick<Quote, "ssh_keys">,
  keys: readonly string[] | undefined,
): Shape<"ConfigurationRequest"> | null =>
  !keys && quote.ssh_keys > 0 ? null : configurationOf(quote, keys ?? []);
