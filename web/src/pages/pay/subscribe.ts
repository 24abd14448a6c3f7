// Subscribing to a plan: one key per plan, interval and card, so that it is paid once however often it is sent.

import { answer, api } from "../../api/client.ts";
import { once } from "../billing/intents.ts";
import type { Interval } from "./plan-price.ts";
import { confirmPayment } from "./stripe.ts";

export interface Wish { plan: "free" | "pro" | "enterprise"; interval: Interval; card: string }

/** Pays the first time; returns when nothing is left to do but to wait for the plan. */
export async function subscribe({ plan, interval, card }: Wish): Promise<void> {
  const { status, client_secret, publishable_key } = await once(`subscribe ${plan} ${interval} ${card}`, (key) =>
    answer(api.POST("/api/v2/billing/subscribe", {
      params: { header: { "Idempotency-Key": key } },
      body: { plan, interval, payment_method_id: card },
    })));
  if (status === "incomplete" && client_secret) await confirmPayment(client_secret, publishable_key);
}
