// A payment into the wallet, and the one before it.

import type { Shape } from "../../api/client.ts";

export type TopUpView = Shape<"TopUpView">;

/** The payment before: how much, and why it did not work if it did not. */
export interface Before {
  amount: number;
  refused: string | null;
}
