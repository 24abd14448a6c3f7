// The cards of the sandbox form: Stripe's documented test numbers, each with the identifier by
// which the API takes it. The number itself stays in this page. <https://docs.stripe.com/testing>

import { isExpired } from "./card.ts";

export interface TestCard {
  number: string;
  id: string;
  does: string;
  pays: boolean;
}

export const TEST_CARDS: readonly TestCard[] = [
  { number: "4242424242424242", id: "pm_card_visa", does: "Visa, pays", pays: true },
  { number: "5555555555554444", id: "pm_card_mastercard", does: "Mastercard, pays", pays: true },
  { number: "378282246310005", id: "pm_card_amex", does: "American Express, pays", pays: true },
  { number: "4000056655665556", id: "pm_card_visa_debit", does: "Visa debit, pays", pays: true },
  { number: "4000000000000002", id: "pm_card_chargeDeclined", does: "is declined", pays: false },
  {
    number: "4000000000000341",
    id: "pm_card_chargeCustomerFail",
    does: "can be saved, but is declined when paying",
    pays: false,
  },
  {
    number: "4000002500003155",
    id: "pm_card_authenticationRequiredOnSetup",
    does: "asks its owner to confirm",
    pays: false,
  },
  {
    number: "4000002760003184",
    id: "pm_card_authenticationRequired",
    does: "asks its owner to confirm",
    pays: false,
  },
];

const digitsOf = (text: string): string => text.replace(/[\s-]/g, "");

/** A test card with what a form asks beside its number: a date to come, and any code. */
export const filledWith = (number: string, now: Date) => ({
  number: grouped(number),
  expiry: `12/${String((now.getFullYear() + 8) % 100).padStart(2, "0")}`,
  cvc: "1234".slice(0, cvcDigits(number)),
});

export const testCard = (number: string): TestCard | undefined =>
  TEST_CARDS.find((card) => card.number === digitsOf(number));

/** Digits grouped as on a card: 4-6-5 on American Express, fours on all others. */
export function grouped(text: string): string {
  const digits = text.replace(/\D/g, "").slice(0, 19);
  const groups = /^3[47]/.test(digits)
    ? /^(\d{1,4})(\d{1,6})?(\d{1,9})?/.exec(digits)?.slice(1)
    : digits.match(/\d{1,4}/g);
  return (groups ?? []).filter(Boolean).join(" ");
}

/** The checksum that the last digit of every card number completes (Luhn). */
export function luhn(digits: string): boolean {
  const sum = Array.from(digits, Number)
    .toReversed()
    .reduce(
      (all, digit, at) => all + (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
      0,
    );
  return digits.length > 0 && sum % 10 === 0;
}

const WORKING = TEST_CARDS.filter((card) => card.pays).map((card) => grouped(card.number));

/** What is wrong with a typed number, or null when it is a test card's. */
export function numberProblem(text: string): string | null {
  const digits = digitsOf(text);
  if (digits === "") return "Enter the number of a test card.";
  if (!/^\d+$/.test(digits)) return "A card number has only digits.";
  if (digits.length < 12 || digits.length > 19) return "A card number has 12 to 19 digits.";
  if (!luhn(digits)) return "This number has a typo. Check it against the card.";
  if (testCard(digits)) return null;
  return (
    "This is not a test card, and real cards are not accepted here. These pay: " +
    `${WORKING.join(", ")}.`
  );
}

/** "12/34", "1234" or "12 / 2034" as month and year; null when it is not such a date. */
export function parseExpiry(text: string): { month: number; year: number } | null {
  const [, month, year] = /^\s*(\d{1,2})\s*[/ -]?\s*(\d{2}|\d{4})\s*$/.exec(text) ?? [];
  if (!month || !year || Number(month) < 1 || Number(month) > 12) return null;
  return { month: Number(month), year: Number(year) < 100 ? 2000 + Number(year) : Number(year) };
}

export function expiryProblem(text: string, now: Date): string | null {
  if (text.trim() === "") return "Enter the month and year, such as 12/34.";
  const expiry = parseExpiry(text);
  if (!expiry) return "Enter the month and year as on the card, such as 12/34.";
  return isExpired({ exp_month: expiry.month, exp_year: expiry.year }, now.getTime())
    ? "This date has passed. Any future date will do."
    : null;
}

/** American Express has four digits, all others three. */
const cvcDigits = (number: string): number => (/^3[47]/.test(digitsOf(number)) ? 4 : 3);

export function cvcProblem(text: string, number: string): string | null {
  const length = cvcDigits(number);
  return new RegExp(`^\\d{${length}}$`).test(text.trim())
    ? null
    : `The CVC has ${length === 4 ? "four" : "three"} digits. Any will do.`;
}
