// Money is added to the wallet: how much, by which card, and what became of it.

import { useState } from "react";
import { Card } from "../../ui/index.ts";
import type { Shape } from "../../api/client.ts";
import { TopUpForm } from "./top-up-form.tsx";
import { TopUpProgress } from "./top-up-progress.tsx";

export type TopUpView = Shape<"TopUpView">;

export function TopUp() {
  const [made, setMade] = useState<TopUpView | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const again = (why: string | null) => {
    setRefused(why);
    setMade(null);
  };
  return <Card title="Add money">{made ? <TopUpProgress key={made.id} made={made} onAgain={again} /> : <TopUpForm refused={refused} onMade={setMade} />}</Card>;
}
