import { expect, test } from "vitest";
import { keyComment, keyLine, keyProblem } from "./ssh-key.ts";

// Made with `ssh-keygen -t ed25519`; the API's own tests use the same.
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHF89OJrzR64EhBUboWuWkzxv+yO47f0NRHyioDmLOMH";

test("a public key passes, with or without its comment", () => {
  expect(keyProblem(KEY)).toBeNull();
  expect(keyProblem(`  ${KEY} ada@laptop\n`)).toBeNull();
});

test("a private key is refused with a warning", () => {
  expect(keyProblem("-----BEGIN OPENSSH PRIVATE KEY-----\nabc")).toMatch(/Never send it/);
});

test.each([
  ["", /Paste the line/],
  ["hello world", /begins with ssh-ed25519/],
  [`${KEY}\n${KEY}`, /one line/],
  [`ssh-ed25519 ${"A".repeat(5_000)}`, /at most 4,096/],
  ["ssh-ed25519", /incomplete/],
  ["ssh-ed25519 AAAA", /incomplete/],
  [KEY.slice(0, -1), /incomplete/],
  [KEY.slice(0, -4), /incomplete/],
  [KEY.replace("ssh-ed25519", "ssh-rsa"), /incomplete/],
  [KEY.replace("AAAAC3", "AAAAD3"), /incomplete/],
])("%j is refused", (text, problem) => expect(keyProblem(text)).toMatch(problem));

test("a key's comment names it and does not make it another key", () => {
  expect(keyComment(`${KEY} ada@laptop at home`)).toBe("ada@laptop at home");
  expect(keyComment(KEY)).toBe("");
  expect(keyLine(` ${KEY}  ada@laptop`)).toBe(KEY);
});
