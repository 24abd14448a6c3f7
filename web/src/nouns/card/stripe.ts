// Stripe's own script: loaded from Stripe when a card is first asked for, never bundled.

import { loadStripe } from "@stripe/stripe-js/pure";
import type { Appearance, Stripe } from "@stripe/stripe-js";
import type { Theme } from "../../ui/theme.ts";
import { CardError } from "./card.ts";

const loaded = new Map<string, Promise<Stripe>>();

/** Stripe for an account; a failed load can be retried. */
export function stripeOf(publishableKey: string): Promise<Stripe> {
  const known = loaded.get(publishableKey);
  if (known) return known;
  const loading = loadStripe(publishableKey)
    .then((stripe) => stripe ?? Promise.reject(new Error()))
    .catch(() => {
      loaded.delete(publishableKey);
      throw new Error(
        "The card form comes from stripe.com, which could not be reached. Check your " +
          "connection, and that nothing blocks it.",
      );
    });
  loaded.set(publishableKey, loading);
  return loading;
}

/**
 * Has the card's owner confirm a payment at the bank's request (3-D Secure). Returns when it is
 * confirmed; throws a `CardError` that says what to do when it is not. Without a key there is no
 * Stripe to confirm it with.
 */
export async function confirmPayment(
  clientSecret: string,
  publishableKey: string | null | undefined,
): Promise<void> {
  if (!publishableKey) {
    throw new CardError(
      "This card asks its owner to confirm each payment, and the sandbox has nobody to ask.",
    );
  }
  const stripe = await stripeOf(publishableKey);
  const { error } = await stripe.handleNextAction({ clientSecret });
  if (error) throw new CardError(error.message ?? "The payment was not confirmed.");
}

/** Our colours and type for Stripe's own form, as they are now. */
export function appearance(theme: Theme): Appearance {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    theme: theme === "dark" ? "night" : "stripe",
    variables: {
      colorPrimary: colour("brand"),
      colorBackground: colour("surface"),
      colorText: colour("ink"),
      colorTextSecondary: colour("mute"),
      colorTextPlaceholder: colour("mute"),
      colorDanger: colour("bad"),
      fontFamily: "Inter, system-ui, sans-serif",
      fontSizeBase: "13px",
      borderRadius: "8px",
      spacingUnit: "4px",
    },
    rules: {
      ".Input": { border: `1px solid ${colour("line2")}`, boxShadow: "none" },
      ".Label": { fontSize: "12px", fontWeight: "500" },
    },
  };
}
