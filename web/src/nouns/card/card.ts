// What both card forms take, and which errors are about the card rather than the request.

import type { Shape } from "../../api/client.ts";
import { codeOf, messageOf } from "../../api/errors.ts";
import type { ConsentTo } from "./consent.tsx";

export interface CardFormProps {
  /**
   * Gets the card's identifier, and whether its owner agreed that it is kept; what it throws is
   * shown, a declined card beside the card.
   */
  onCard: (paymentMethodId: string, keep: boolean) => Promise<void>;
  submitLabel: string;
  /** The card is stored as it is, or pays first: then it is stored by paying, or not at all. */
  purpose: "store" | "pay";
  consent: ConsentTo;
}

/** A card that did not work, shown beside the card. */
export class CardError extends Error {
  override name = "CardError";
}

const OF_CARD = ["card_declined", "payment_method_invalid", "no_payment_method", "not_found"];

/** Whether a card has expired at `now`: it is valid to the end of its month, in local time. */
export const isExpired = (
  { exp_month: month, exp_year: year }: Pick<Shape<"Card">, "exp_month" | "exp_year">,
  now: number,
): boolean => new Date(year, month, 1).getTime() <= now;

/** Whether an error is about the card, so that another card may help. */
export const isCardError = (error: unknown): boolean =>
  error instanceof CardError || OF_CARD.includes(codeOf(error) ?? "");

/** A card error in words, with advice. */
export const cardMessage = (error: unknown): string =>
  `${messageOf(error)} Nothing was charged. Try another card.`;
