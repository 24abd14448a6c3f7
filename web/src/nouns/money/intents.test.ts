import { afterEach, expect, it, vi } from "vitest";
import { ApiError } from "../../api/errors.ts";
import { once } from "./intents.ts";

/** The keys sent by attempts at one intent, each with its own outcome. */
async function keysOf(
  intent: string,
  outcomes: (Error | null)[],
  { user = "usr_1", run = once } = {},
): Promise<string[]> {
  const keys: string[] = [];
  for (const outcome of outcomes) {
    await run(user, intent, async (key) => {
      keys.push(key);
      if (outcome) throw outcome;
    }).catch(() => undefined);
  }
  return keys;
}

const lost = new ApiError(0, "network", "The server could not be reached.");
const broken = new ApiError(503, "unavailable", "The payments cannot be reached.");
const declined = new ApiError(402, "card_declined", "Your card was declined.");

afterEach(() => {
  vi.restoreAllMocks();
  sessionStorage.clear();
});

it("keeps the key while it is open what became of the payment", async () => {
  expect(new Set(await keysOf("a", [lost, broken, null])).size).toBe(1);
});

it("takes a new key after an answer", async () => {
  expect(new Set(await keysOf("b", [null, null])).size).toBe(2);
  expect(new Set(await keysOf("c", [declined, declined])).size).toBe(2);
});

it("keeps another intent's key apart", async () => {
  const [one] = await keysOf("d", [lost]);
  const [other] = await keysOf("e", [lost]);
  expect(other).not.toBe(one);
});

it("shares the key between two tries at once", async () => {
  const keys: string[] = [];
  const act = async (key: string) => {
    keys.push(key);
  };
  await Promise.all([once("usr_1", "f", act), once("usr_1", "f", act)]);
  expect(new Set(keys).size).toBe(1);
});

it("keeps the key of an open payment over a reload, and for its person only", async () => {
  const [before] = await keysOf("g", [lost]);
  expect((await keysOf("g", [lost], { user: "usr_2" }))[0]).not.toBe(before);
  vi.resetModules();
  const { once: reloaded } = await import("./intents.ts");
  const [after, next] = await keysOf("g", [null, null], { run: reloaded });
  expect(after).toBe(before);
  expect(next).not.toBe(before);
});

it("keeps the key while the page lives where storage is blocked", async () => {
  for (const act of ["getItem", "setItem", "removeItem"] as const)
    vi.spyOn(Storage.prototype, act).mockImplementation(() => {
      throw new DOMException("", "SecurityError");
    });
  const [first, second, third] = await keysOf("h", [lost, null, null]);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});
