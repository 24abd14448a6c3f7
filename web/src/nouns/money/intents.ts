// The idempotency key of each payment on its way: a double click, a retry after a lost answer, a
// reload and a return to the page all pay once.

import { freshKey } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import { forget, recall, remember } from "../../lib/own-store.ts";

const nameOf = (intent: string) => `intent ${intent}`;

/** The key of a person's intent, the same until the intent is settled. */
function keyOf(userId: string, intent: string): string {
  const known = recall(userId, nameOf(intent));
  if (known) return known;
  const key = freshKey();
  remember(userId, nameOf(intent), key);
  return key;
}

/** Whether the outcome of a request is unknown: no answer came, or the server failed. */
export const leavesOpen = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 0 || error.status === 401 || error.status >= 500;

/** Runs `act` under the intent's key. An answer settles the intent, so that the next one is new. */
export async function once<T>(
  userId: string,
  intent: string,
  act: (key: string) => Promise<T>,
): Promise<T> {
  try {
    const answer = await act(keyOf(userId, intent));
    forget(userId, nameOf(intent));
    return answer;
  } catch (error) {
    if (!leavesOpen(error)) forget(userId, nameOf(intent));
    throw error;
  }
}
