import { expect, test } from "vitest";
import { codeProblem, emailProblem, nameProblem, passwordProblem, plainCode } from "./checks.ts";

test.each(["ada@example.com", " Ada@Example.COM ", "a.b+c@sub.example.co", "o'neil@x-y.io"])(
  "%j is an address",
  (text) => expect(emailProblem(text)).toBeNull(),
);

// The same addresses that the API's own tests refuse.
test.each([
  "ada",
  "@example.com",
  "ada@",
  "ada@host",
  "a b@example.com",
  "a@b..c",
  ".a@b.c",
  "a@-b.c",
  "a@b@c.de",
  `${"a".repeat(65)}@example.com`,
])("%j is no address", (text) => expect(emailProblem(text)).toMatch(/Enter a full email address/));

test("an address that is missing or too long is told so", () => {
  expect(emailProblem(" ")).toMatch(/Enter/);
  expect(emailProblem(`ada@${"a.".repeat(130)}com`)).toMatch(/at most 254/);
});

const check = (password: string) => passwordProblem(password, "ada.lovelace@example.com");

test("a password keeps its limits and says them", () => {
  expect(check("correct horse")).toBeNull();
  expect(check("a".repeat(64))).toBeNull();
  expect(check("nine char")).toMatch(/at least 10 characters; this one has 9/);
  expect(check("a".repeat(65))).toMatch(/at most 64 characters; this one has 65/);
  expect(check("🐎".repeat(10))).toBeNull();
  expect(check(" leading space")).toMatch(/with a space/);
  expect(check("tab\tinside it")).toMatch(/control/);
  expect(check("Ada.Lovelace@example.com")).toMatch(/not your email/);
});

test("a name has 1 to 100 characters", () => {
  expect(nameProblem("Ada")).toBeNull();
  expect(nameProblem("  ")).toMatch(/Enter/);
  expect(nameProblem("a".repeat(101))).toMatch(/100/);
});

test("a code has six digits, however it was pasted", () => {
  expect(codeProblem(" 123 456\n")).toBeNull();
  expect(plainCode(" 123 456\n")).toBe("123456");
  expect(codeProblem("12345")).toMatch(/six digits/);
  expect(codeProblem("12345a")).toMatch(/six digits/);
  expect(codeProblem("")).toMatch(/from the email/);
});
