// The idempotency key of each payment that is on its way: a double click, a retry after a lost
// answer and a return to the page all pay once.

import { freshKey } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";

const open = new Map<string, string>();

/** The key of an intent, the same until the intent is settled. */
export function keyOf(intent: string): string {
  const key = open.get(intent) ?? freshKey();
  open.set(intent, key);
  return key;
}

/** Whether an answer leaves open what became of a request: none came, or the server failed at it. */
export const leavesOpen = (error: unknown): boolean => !(error instanceof ApiError) || error.status === 0 || error.status === 401 || error.status >= 500;

/** Runs `act` under the intent's key. An answer settles the intent, so that the next one is new. */
export async function once<T>(intent: string, act: (key: string) => Promise<T>): Promise<T> {
  try {
    const answer = await act(keyOf(intent));
    open.delete(intent);
    return answer;
  } catch (error) {
    if (!leavesOpen(error)) open.delete(intent);
    throw error;
  }
}
