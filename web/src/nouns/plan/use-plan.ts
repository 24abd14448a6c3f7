// The current person's plan.

import { useQuery } from "@tanstack/react-query";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { mayHaveSession } from "../../api/session.ts";

/** The plan whose prices this person pays; `known` once it is certain. */
export function usePlan(): {
  plan: Shape<"PlanId"> | undefined;
  known: boolean;
  signedIn: boolean;
} {
  const asks = mayHaveSession();
  const me = useQuery({ ...queries.me(), enabled: asks });
  return { plan: me.data?.plan.id, known: !asks || me.isFetched, signedIn: asks && !me.isError };
}
