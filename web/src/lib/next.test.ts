import { expect, it } from "vitest";
import { safeNext } from "./next.ts";

it.each(["/a", "/offers?gpu=H100#x", "/pods/pod_1", "/"])("goes on to %s", (next) =>
  expect(safeNext(next)).toBe(next),
);

it.each([
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "evil",
  "",
  undefined,
  null,
  7,
])("goes nowhere for %s", (next) => expect(safeNext(next)).toBeUndefined());
