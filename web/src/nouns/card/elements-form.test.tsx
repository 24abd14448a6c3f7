import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../../api/errors.ts";
import { ElementsForm } from "./elements-form.tsx";
import { confirmPayment } from "./stripe.ts";

/** Stripe's script, which a test cannot fetch: a form that is ready at once. */
const stripe = vi.hoisted(() => ({
  load: vi.fn(),
  confirmSetup: vi.fn(),
  createPaymentMethod: vi.fn(),
  handleNextAction: vi.fn(),
}));
vi.mock("@stripe/stripe-js/pure", () => ({ loadStripe: stripe.load }));

const form = {
  on: (event: string, listener: () => void) => {
    if (event === "ready") queueMicrotask(listener);
  },
  mount: () => undefined,
  destroy: () => undefined,
};
const elements = {
  create: () => form,
  getElement: () => form,
  update: () => undefined,
  submit: async () => ({}),
};

beforeEach(() => {
  stripe.load.mockResolvedValue({
    elements: () => elements,
    confirmSetup: stripe.confirmSetup,
    createPaymentMethod: stripe.createPaymentMethod,
    handleNextAction: stripe.handleNextAction,
  });
  stripe.confirmSetup.mockReset().mockResolvedValue({ setupIntent: { payment_method: "pm_9" } });
  stripe.createPaymentMethod
    .mockReset()
    .mockResolvedValueOnce({ paymentMethod: { id: "pm_1" } })
    .mockResolvedValueOnce({ paymentMethod: { id: "pm_2" } });
});

const KEEP = "Keep this card.";
const show = (
  onCard: (id: string, keep: boolean) => Promise<void>,
  { key = "pk_test_1", purpose = "store" as "store" | "pay", required = false } = {},
) =>
  render(
    <ElementsForm
      purpose={purpose}
      consent={{ text: KEEP, required }}
      publishableKey={key}
      clientSecret="seti_secret"
      onCard={onCard}
      submitLabel="Pay $29.00"
      onAgain={() => undefined}
    />,
  );
const pay = async () => fireEvent.click(await screen.findByRole("button", { name: "Pay $29.00" }));

test("the page gets the name of the card that Stripe stored", async () => {
  const onCard = vi.fn().mockResolvedValue(undefined);
  show(onCard);
  await pay();
  await waitFor(() => expect(onCard).toHaveBeenCalledExactlyOnceWith("pm_9", false));
});

test("a retry pays with the stored card and stores nothing again", async () => {
  const onCard = vi
    .fn()
    .mockRejectedValueOnce(new ApiError(402, "card_declined", "Your card was declined."))
    .mockResolvedValue(undefined);
  show(onCard);
  await pay();
  expect((await screen.findByRole("alert")).textContent).toBe(
    "Your card was declined. Nothing was charged. Try another card.",
  );
  expect(screen.getByRole("button", { name: "Use another card" })).toBeTruthy();
  await pay();
  await waitFor(() => expect(onCard).toHaveBeenCalledTimes(2));
  expect(stripe.confirmSetup).toHaveBeenCalledTimes(1);
});

test("a card that is to be kept is sent to Stripe only after its owner agreed", async () => {
  const onCard = vi.fn().mockResolvedValue(undefined);
  show(onCard, { required: true });
  await pay();
  expect((await screen.findByRole("alert")).textContent).toMatch(/Agree to this first/);
  expect(stripe.confirmSetup).not.toHaveBeenCalled();
  fireEvent.click(screen.getByLabelText(KEEP));
  await pay();
  await waitFor(() => expect(onCard).toHaveBeenCalledExactlyOnceWith("pm_9", true));
});

test("a card that only pays is stored nowhere, and one that was declined is not used again", async () => {
  const onCard = vi
    .fn()
    .mockRejectedValueOnce(new ApiError(0, "network", "The server could not be reached."))
    .mockRejectedValueOnce(new ApiError(402, "card_declined", "Your card was declined."))
    .mockResolvedValue(undefined);
  show(onCard, { purpose: "pay" });
  for (const tries of [1, 2, 3]) {
    await pay();
    await waitFor(() => expect(onCard).toHaveBeenCalledTimes(tries));
    if (tries < 3) await screen.findByRole("alert");
  }
  expect(onCard.mock.calls).toEqual([
    ["pm_1", false],
    ["pm_1", false],
    ["pm_2", false],
  ]);
  expect(stripe.confirmSetup).not.toHaveBeenCalled();
});

test("what Stripe's form says itself is not said twice, and nothing is paid", async () => {
  stripe.confirmSetup.mockResolvedValue({
    error: { type: "validation_error", message: "Your card number is incomplete." },
  });
  const onCard = vi.fn();
  show(onCard);
  await pay();
  await waitFor(() => expect(stripe.confirmSetup).toHaveBeenCalled());
  expect(screen.queryByRole("alert")).toBeNull();
  expect(onCard).not.toHaveBeenCalled();
});

test("without Stripe's script the page says so, and tries again", async () => {
  stripe.load.mockRejectedValueOnce(new Error("Failed to load Stripe.js"));
  show(vi.fn(), { key: "pk_test_2" });
  expect(await screen.findByText(/stripe.com, which could not be reached/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("button", { name: "Pay $29.00" })).toBeTruthy();
});

test("a payment is confirmed by its owner, or not", async () => {
  stripe.handleNextAction.mockResolvedValueOnce({ paymentIntent: {} });
  await expect(confirmPayment("pi_secret", "pk_test_1")).resolves.toBeUndefined();
  stripe.handleNextAction.mockResolvedValueOnce({
    error: { message: "We could not authenticate you." },
  });
  await expect(confirmPayment("pi_secret", "pk_test_1")).rejects.toThrow(
    "We could not authenticate you.",
  );
  await expect(confirmPayment("pi_secret", null)).rejects.toThrow(/nobody to ask/);
});
