// Subscribing to a plan: one key per plan, interval and card, so that a repeated request pays once.

import { answer, api } from "../../api/client.ts";
import type { Interval } from "../../lib/plan-price.ts";
import { confirmPayment } from "../../nouns/card/stripe.ts";
import { once } from "../../nouns/money/intents.ts";

export interface Purchase {
  plan: "free" | "pro" | "enterprise";
  interval: Interval;
  /** Null continues a first payment that is waiting. */
  card: string | null;
}

/**
 * Makes the first payment; returns when all that is left is to wait, for the plan or for the bank.
 */
export async function subscribe(
  userId: string,
  { plan, interval, card }: Purchase,
): Promise<"paid" | "pending"> {
  const { status, client_secret, publishable_key } = await once(
    userId,
    `subscribe ${plan} ${interval} ${card ?? "waiting"}`,
    (key) =>
      answer(
        api.POST("/api/v2/billing/subscribe", {
          params: { header: { "Idempotency-Key": key } },
          body: { plan, interval, payment_method_id: card },
        }),
      ),
  );
  if (status !== "incomplete") return "paid";
  if (!client_secret) return "pending";
  await confirmPayment(client_secret, publishable_key);
  return "paid";
}
