// Money is added to the wallet: how much, by which card, and what became of it.

import { useState } from "react";
import { Card } from "../../ui/index.ts";
import type { Shape } from "../../api/client.ts";
import { TopUpForm } from "./top-up-form.tsx";
import { TopUpProgress } from "./top-up-progress.tsx";

export type TopUpView = Shape<"TopUpView">;

/** The payment before: how much, and why it did not work if it did not. */
export interface Before { amount: number; refused: string | null }

const USUAL = 25_000_000;

export function TopUp() {
  const [made, setMade] = useState<TopUpView | null>(null);
  const [before, setBefore] = useState<Before>({ amount: USUAL, refused: null });
  const again = (refused: string | null) => {
    setBefore({ amount: made?.amount_usd_micros ?? USUAL, refused });
    setMade(null);
  };
  return <Card title="Add money">{made ? <TopUpProgress key={made.id} made={made} onAgain={again} /> : <TopUpForm before={before} onMade={setMade} />}</Card>;
}
