// A stored card, in one line.

import { CreditCard } from "lucide-react";
import type { Shape } from "../../api/client.ts";
import { Badge, cx, useNow } from "../../ui/index.ts";
import { isExpired } from "./card.ts";

export type StoredCard = Shape<"Card">;

const BRANDS: Record<string, string> = {
  visa: "Visa",
  mastercard: "Mastercard",
  amex: "American Express",
  discover: "Discover",
  diners: "Diners Club",
  jcb: "JCB",
  unionpay: "UnionPay",
};

/** Visa ending in 4242 */
export const cardName = ({ brand, last4 }: StoredCard): string =>
  `${BRANDS[brand] ?? "Card"} ending in ${last4}`;

/** `quiet` is for lines on a coloured background. */
export function CardLine({ card, quiet = false }: { card: StoredCard; quiet?: boolean }) {
  const expired = isExpired(card, useNow(null));
  return (
    <span
      className={cx(
        "flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-0.5",
        // The icon stands apart, so that what wraps begins below the name.
        !quiet && "relative basis-40 pl-7",
      )}
    >
      {!quiet && <CreditCard size={16} aria-hidden className="absolute top-0.5 left-0 text-mute" />}
      <span className="num font-medium">{cardName(card)}</span>
      <span className="num text-label text-mute">
        {String(card.exp_month).padStart(2, "0")}/{card.exp_year}
      </span>
      {card.is_default &&
        (quiet ? (
          <span className="ml-auto text-label text-mute">Default</span>
        ) : (
          <Badge state="brand">Default</Badge>
        ))}
      {expired && <Badge state="bad">Expired</Badge>}
    </span>
  );
}
