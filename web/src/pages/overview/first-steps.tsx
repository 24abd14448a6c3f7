// For people who have never had a pod: three steps to the first one, and which are done.

import { useQuery } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { queries } from "../../api/queries.ts";
import { FIRST_SEARCH } from "../../lib/first-offers.ts";
import { usd } from "../../lib/money.ts";
import { date } from "../../lib/time.ts";
import { ButtonLink, Card, cx } from "../../ui/index.ts";
import { useTenant } from "../../ui/tenant.ts";
import { firstSteps } from "./steps.ts";

export function FirstSteps() {
  const live = useTenant()?.mode === "LIVE";
  const keys = useQuery(queries.keys()).data?.items.length ?? 0;
  const drafts = useQuery(queries.drafts()).data?.items ?? [];
  const wallet = useQuery(queries.wallet()).data;
  const grant = wallet?.grants[0];
  const credit = usd(wallet?.granted_usd_micros ?? 0);
  const steps = firstSteps({
    live,
    keys,
    drafts: drafts.length,
    available: wallet?.available_usd_micros ?? 0,
  });
  const next = steps.findIndex((step) => !step.done);
  const links = linksOf(steps[next]?.name, drafts[0]?.id);
  return (
    <Card>
      <h2 className="text-card font-semibold">Three steps to a running pod</h2>
      <p className="mt-1 mb-5 max-w-xl text-mute">
        {grant ? (
          <>
            You have <strong className="num font-semibold text-ink">{credit}</strong> of free{" "}
            {live ? "" : "sandbox "}credit until {date(grant.expires_at)}
            {live ? "." : ": clouds are simulated and nothing real is charged."}{" "}
          </>
        ) : null}
        You pay by the second, and only from the moment you activate a pod.
      </p>
      <ol className="grid gap-5">
        {steps.map((step, index) => (
          <li key={step.name} className="flex flex-wrap items-start gap-x-4 gap-y-2">
            <Mark done={step.done} place={index + 1} next={index === next} />
            <div className="min-w-0 flex-1 basis-40">
              <h3 className="text-read font-medium">
                {step.title}
                {step.done && <span className="ml-2 text-label font-normal text-mute">done</span>}
              </h3>
              <p className="text-mute">{step.text}</p>
            </div>
            {!step.done && links[step.name] && (
              <div className="max-md:basis-full max-md:pl-11">{links[step.name]}</div>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** The button of each step; that of the `next` one stands out. */
const linksOf = (next: string | undefined, draft: string | undefined) => ({
  money: (
    <ButtonLink
      tone={next === "money" ? "primary" : "plain"}
      to="/billing"
      search={{ tab: "wallet" }}
    >
      Top up
    </ButtonLink>
  ),
  key: (
    <ButtonLink tone={next === "key" ? "primary" : "plain"} to="/account">
      Add a key
    </ButtonLink>
  ),
  choose: (
    <ButtonLink tone={next === "choose" ? "primary" : "plain"} to="/offers" search={FIRST_SEARCH}>
      Browse GPUs
    </ButtonLink>
  ),
  deploy: draft && (
    <ButtonLink tone={next === "deploy" ? "primary" : "plain"} to="/configure" search={{ draft }}>
      Resume your draft
    </ButtonLink>
  ),
});

/** A tick for what is done, else the number of the step. */
const Mark = ({ done, place, next }: { done: boolean; place: number; next: boolean }) =>
  done ? (
    <span
      className={
        "inline-flex size-7 shrink-0 items-center justify-center rounded-full " +
        "bg-brand text-on-brand"
      }
    >
      <Check size={15} strokeWidth={2.5} aria-hidden />
    </span>
  ) : (
    <span
      aria-hidden
      className={cx(
        "num inline-flex size-7 shrink-0 items-center justify-center rounded-full " +
          "border text-label font-semibold",
        next ? "border-brand text-brand-ink" : "border-line2 text-mute",
      )}
    >
      {place}
    </span>
  );
