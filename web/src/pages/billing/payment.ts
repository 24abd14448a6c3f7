// A payment into the wallet, and the previous one.

import type { Shape } from "../../api/client.ts";

export type TopUpView = Shape<"TopUpView">;

/** The previous payment: its amount, and why it was refused, if it was. */
export interface Before {
  amount: number;
  refused: string | null;
}
