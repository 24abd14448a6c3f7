import { afterEach, expect, it, vi } from "vitest";
import { learnServerTime, serverNow } from "./server-time.ts";

afterEach(() => {
  learnServerTime(new Date().toUTCString());
  vi.useRealTimers();
});

it("a computer two minutes fast is put right by an answer's date", () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-21T00:02:00Z") });
  learnServerTime("Sat, 21 Nov 2026 00:00:00 GMT");
  expect(new Date(serverNow()).toISOString()).toBe("2026-11-21T00:00:00.000Z");
});

it("less than two seconds, no date and nonsense change nothing", () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-21T00:00:01.500Z") });
  for (const date of ["Sat, 21 Nov 2026 00:00:00 GMT", null, "yesterday"]) {
    learnServerTime(date);
    expect(serverNow()).toBe(Date.now());
  }
});
