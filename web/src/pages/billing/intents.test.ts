import { expect, it } from "vitest";
import { ApiError } from "../../api/errors.ts";
import { once } from "./intents.ts";

/** The keys that tries of one intent go out under, each with its own outcome. */
async function keysOf(intent: string, outcomes: (Error | null)[]): Promise<string[]> {
  const keys: string[] = [];
  for (const outcome of outcomes) {
    await once(intent, async (key) => {
      keys.push(key);
      if (outcome) throw outcome;
    }).catch(() => undefined);
  }
  return keys;
}

const lost = new ApiError(0, "network", "The server could not be reached.");
const broken = new ApiError(503, "unavailable", "The payments cannot be reached.");
const declined = new ApiError(402, "card_declined", "Your card was declined.");

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
  const act = async (key: string) => { keys.push(key); };
  await Promise.all([once("f", act), once("f", act)]);
  expect(new Set(keys).size).toBe(1);
});
