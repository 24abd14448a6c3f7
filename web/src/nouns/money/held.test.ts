import { expect, it } from "vitest";
import { held } from "./held.ts";

// The same amounts as in the tests of the log's words (domain/money.rs).
it.each([
  [205_700, "$0.21"],
  [2_160_000, "$2.16"],
  [2_162_000, "$2.17"],
  [50_000_000, "$50.00"],
  [0, "$0.00"],
])("tells %i as %s", (micros, text) => expect(held(micros)).toBe(text));
