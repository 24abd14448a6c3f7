// Subscribing to a plan: one key per plan, interval and card, so that it is paid once however often it is sent.

import { answer, api } from "../../api/client.ts";
import type { Interval } from "../../lib/plan-price.ts";
import { confirmPayment } from "../../nouns/card/stripe.ts";
import { once } from "../../nouns/money/intents.ts";

export interface Wish {
  plan: "free" | "pro" | "enterprise";
  interval: Interval;
  /** None goes on with a first payment that waits. */
  card: string | null;
}

/** Pays the first time; returns when nothing is left to do but to wait, for the plan or for the bank. */
export async function subscribe(
  userId: string,
  { plan, interval, card }: Wish,
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
