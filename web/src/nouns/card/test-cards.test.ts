import { expect, test } from "vitest";
import { isExpired } from "./card.ts";
import {
  cvcProblem,
  expiryProblem,
  filledWith,
  grouped,
  luhn,
  numberProblem,
  parseExpiry,
  TEST_CARDS,
  testCard,
} from "./test-cards.ts";

const NOVEMBER = new Date(2026, 10, 21);

test("every test card passes its own check and is known by one name", () => {
  for (const { number, id } of TEST_CARDS) {
    expect(luhn(number)).toBe(true);
    expect(numberProblem(grouped(number))).toBeNull();
    expect(testCard(grouped(number))?.id).toBe(id);
    expect(id).toMatch(/^pm_card_\w+$/);
  }
  expect(new Set(TEST_CARDS.map((card) => card.number)).size).toBe(TEST_CARDS.length);
});

test("Stripe's numbers stand for Stripe's test cards", () => {
  expect(testCard("4242 4242 4242 4242")?.id).toBe("pm_card_visa");
  expect(testCard("5555-5555-5555-4444")?.id).toBe("pm_card_mastercard");
  expect(testCard("4000000000000002")?.id).toBe("pm_card_chargeDeclined");
  expect(testCard("4000002760003184")?.id).toBe("pm_card_authenticationRequired");
  expect(testCard("4012888888881881")).toBeUndefined();
});

test.each(["4242424242424241", "4242424242424224", "5555555555554440"])(
  "a mistyped %s fails the check",
  (number) => {
    expect(luhn(number)).toBe(false);
    expect(numberProblem(number)).toMatch(/typo/);
  },
);

test.each([
  ["", /Enter the number/],
  ["4242 4242", /12 to 19 digits/],
  ["4242 4242 4242 42x2", /only digits/],
  ["4".repeat(20), /12 to 19 digits/],
])("%j is no number", (text, problem) => expect(numberProblem(text)).toMatch(problem));

test("a real card's number is refused, naming those that work", () => {
  const problem = numberProblem("4012 8888 8888 1881");
  expect(problem).toMatch(/not a test card/);
  expect(problem).toContain("4242 4242 4242 4242");
  expect(problem).toContain("3782 822463 10005");
  expect(problem).not.toContain("4000 0000 0000 0002");
});

test("digits are grouped as on the card", () => {
  expect(grouped("4242424242424242")).toBe("4242 4242 4242 4242");
  expect(grouped("42424")).toBe("4242 4");
  expect(grouped("378282246310005")).toBe("3782 822463 10005");
  expect(grouped("3782 8")).toBe("3782 8");
  expect(grouped("")).toBe("");
});

test("an expiry is read in the ways people write it", () => {
  for (const text of ["12/34", "1234", "12 / 34", "12/2034", " 12-34 "])
    expect(parseExpiry(text)).toEqual({ month: 12, year: 2034 });
  expect(parseExpiry("1/30")).toEqual({ month: 1, year: 2030 });
  for (const text of ["", "13/30", "00/30", "12", "12/3", "12/345", "ab/cd"])
    expect(parseExpiry(text)).toBeNull();
});

test("a card is good to the end of its month", () => {
  const over = (exp_month: number, exp_year: number, now = NOVEMBER) =>
    isExpired({ exp_month, exp_year }, now.getTime());
  expect(over(11, 2026)).toBe(false);
  expect(over(10, 2026)).toBe(true);
  expect(over(12, 2025)).toBe(true);
  expect(over(12, 2026, new Date(2026, 11, 31, 23, 59))).toBe(false);
  expect(over(12, 2026, new Date(2027, 0, 1))).toBe(true);
  expect(expiryProblem("10/26", NOVEMBER)).toMatch(/passed/);
  expect(expiryProblem("11/26", NOVEMBER)).toBeNull();
  expect(expiryProblem("13/26", NOVEMBER)).toMatch(/as on the card/);
});

test("the CVC has as many digits as the card's kind prints", () => {
  expect(cvcProblem("123", "4242 4242 4242 4242")).toBeNull();
  expect(cvcProblem("1234", "4242 4242 4242 4242")).toMatch(/three/);
  expect(cvcProblem("1234", "3782 822463 10005")).toBeNull();
  expect(cvcProblem("123", "3782 822463 10005")).toMatch(/four/);
  expect(cvcProblem("12a", "")).toMatch(/three/);
});

test("a chosen test card fills the whole form with what the form takes", () => {
  for (const { number } of TEST_CARDS) {
    const filled = filledWith(number, NOVEMBER);
    expect(numberProblem(filled.number)).toBeNull();
    expect(expiryProblem(filled.expiry, NOVEMBER)).toBeNull();
    expect(cvcProblem(filled.cvc, filled.number)).toBeNull();
  }
});
