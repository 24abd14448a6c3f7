// Paying money in: once for each amount and card, however often it is sent.

import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client.ts";
import { messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { leavesOpen, once } from "../../nouns/money/intents.ts";
import type { TopUpView } from "./payment.ts";

export interface Payment {
  amount: number;
  cardId: string;
  /** Whether a card that is not stored yet is, once it has paid. */
  keep: boolean;
}

export function useTopUp(): (payment: Payment) => Promise<TopUpView> {
  const client = useQueryClient();
  return async ({ amount, cardId, keep }) => {
    const { user_id: userId } = await client.ensureQueryData(queries.me());
    const intent = `top-up ${amount} ${cardId}${keep ? " keep" : ""}`;
    const made = await once(userId, intent, (key) =>
      answer(
        api.POST("/api/v2/billing/top-ups", {
          params: { header: { "Idempotency-Key": key } },
          body: { amount_usd_micros: amount, payment_method_id: cardId, keep_card: keep },
        }),
      ),
    ).catch((error: unknown) => {
      throw leavesOpen(error)
        ? new Error(`${messageOf(error)} Trying again will not charge you twice.`)
        : error;
    });
    for (const key of ["cards", "wallet"]) void client.invalidateQueries({ queryKey: [key] });
    return made;
  };
}
