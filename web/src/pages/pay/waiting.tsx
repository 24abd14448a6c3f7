// Paid, or nearly: the plan is granted as soon as the payment provider notifies the API, usually
// within seconds. A bank may take longer with the payment itself.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { LoaderCircle } from "lucide-react";
import { useEffect } from "react";
import { queries } from "../../api/queries.ts";
import { planName } from "../../lib/names.ts";
import { ButtonLink, toast, useNow } from "../../ui/index.ts";

const POLL_MS = 1_000;
const LONG_MS = 20_000;

interface Props {
  plan: string;
  since: number;
  /** The payment itself has not gone through yet. */
  pending: boolean;
}

const ON_ITS_WAY =
  "Your bank has not answered yet. Your plan starts automatically once it is paid, so you do not " +
  "need to wait here. Please do not pay again in the meantime.";

export function Waiting({ plan, since, pending }: Props) {
  const navigate = useNavigate();
  const granted =
    useQuery({ ...queries.me(), refetchInterval: POLL_MS, staleTime: 0 }).data?.plan.id === plan;
  const long = useNow(5_000) - since > LONG_MS;
  useEffect(() => {
    if (!granted) return;
    toast(`You are on ${planName(plan)} now.`);
    void navigate({ to: "/overview", replace: true });
  }, [granted, plan, navigate]);
  return (
    <div className="card grid justify-items-center gap-3 px-6 py-14 text-center" role="alert">
      <LoaderCircle size={22} aria-hidden className="animate-spin text-brand-ink" />
      <p className="text-card font-semibold">
        {pending
          ? `Your payment for ${planName(plan)} is on its way`
          : `Paid. Setting up ${planName(plan)}`}
      </p>
      <p className="max-w-sm text-mute">
        {pending
          ? ON_ITS_WAY
          : long
            ? "This is taking longer than usual. You do not need to wait here: your plan starts " +
              "automatically."
            : "This takes a few seconds."}
      </p>
      {(pending || long) && <ButtonLink to="/overview">Go to the overview</ButtonLink>}
    </div>
  );
}
