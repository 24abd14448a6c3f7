import { expect, it } from "vitest";
import { changeOf } from "./rates.ts";

it("a change is told in tenths of a per cent, and never as none", () => {
  expect(changeOf(1_000_000, 1_023_000)).toBe("2.3%");
  expect(changeOf(1_000_000, 950_000)).toBe("5%");
  expect(changeOf(1_000_000, 1_000_001)).toBe("0.1%");
});
