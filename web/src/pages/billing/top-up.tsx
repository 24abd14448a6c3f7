// Adding money to the wallet: how much, with which card, and the outcome.

import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { queries } from "../../api/queries.ts";
import { parseUsd } from "../../lib/money.ts";
import { forget, recall, remember } from "../../lib/own-store.ts";
import { Card, Failed } from "../../ui/index.ts";
import { CardsSkeleton } from "./cards-skeleton.tsx";
import type { Before, TopUpView } from "./payment.ts";
import { TopUpForm } from "./top-up-form.tsx";
import { TopUpProgress } from "./top-up-progress.tsx";

const USUAL: Before = { amount: 25_000_000, refused: null };
const UNDER_WAY = "top-up";

export function TopUp() {
  const me = useQuery(queries.me());
  return (
    <Card title="Add money">
      {me.data ? (
        <Own key={me.data.user_id} userId={me.data.user_id} />
      ) : me.isError ? (
        <Failed what="Your account" error={me.error} retry={me.refetch} />
      ) : (
        <CardsSkeleton />
      )}
    </Card>
  );
}

/**
 * A payment on its way is remembered until its outcome has been shown, so that a reload loses
 * nothing.
 */
function Own({ userId }: { userId: string }) {
  const [id, setId] = useState(() => recall(userId, UNDER_WAY));
  const [made, setMade] = useState<TopUpView>();
  const { amount: asked } = useSearch({ from: "/shell/own/billing" });
  const [before, setBefore] = useState<Before>(() => ({
    ...USUAL,
    amount: parseUsd(asked ?? "") ?? USUAL.amount,
  }));
  const follow = (begun: TopUpView) => {
    remember(userId, UNDER_WAY, begun.id);
    setMade(begun);
    setId(begun.id);
  };
  const shown = () => forget(userId, UNDER_WAY);
  const again = (was: Before = USUAL) => {
    shown();
    setBefore(was);
    setMade(undefined);
    setId(null);
  };
  return id ? (
    <TopUpProgress key={id} id={id} made={made} onShown={shown} onAgain={again} />
  ) : (
    <TopUpForm before={before} onMade={follow} />
  );
}
