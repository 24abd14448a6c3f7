// The held price, its countdown, and the button that deploys at it.

import { Rocket } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Shape } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { rate, usd } from "../../lib/money.ts";
import { countdown } from "../../lib/time.ts";
import { Button, Confirm, Field, Progress, Select, useNow } from "../../ui/index.ts";
import { type Quote, SCENARIOS, secondsLeft, shareLeft, spoken } from "./quote.ts";
import { Refusal } from "./refusal.tsx";
import { useDeploy } from "./use-deploy.ts";

interface DeployPanelProps {
  quote: Quote;
  name: string;
  /** The machine's name in the question that confirms the deploy. */
  machine: string;
  /** The wallet does not cover it, as the panel says: then it cannot be deployed. */
  short: boolean;
  onPod: (podId: string) => void;
  /** Gets a new price; shown once this one has expired. */
  renew: ReactNode;
  children: ReactNode;
}

export function DeployPanel({
  quote,
  name,
  machine,
  short,
  onPod,
  renew,
  children,
}: DeployPanelProps) {
  const now = useNow(500);
  const { deploy, busy, refusal } = useDeploy(quote, onPod);
  const [scenario, setScenario] = useState<Shape<"Scenario"> | null>(null);
  const [asking, setAsking] = useState(false);
  const left = secondsLeft(quote, now);
  const over = left === 0 || codeOf(refusal) === "quote_expired";
  const live = quote.mode === "LIVE";
  const act = () => deploy({ name, scenario });
  const hourly = rate(quote.price.rate_usd_micros_per_hour);
  return (
    <section aria-label="Deploy" className="card grid gap-4 p-4 md:p-5 lg:beside">
      <div className="grid gap-2">
        <div className="flex items-baseline justify-between gap-3">
          <h2 className="text-read font-semibold">
            {over ? "Price no longer held" : "Price held for"}
          </h2>
          <span aria-hidden className="num text-card font-semibold">
            {over ? "0:00" : countdown(left)}
          </span>
        </div>
        <Progress value={over ? 0 : shareLeft(quote, now)} label="Time the price is held" />
        <p role="status" className="sr-only">
          {over ? spoken(0) : spoken(left)}
        </p>
      </div>
      {children}
      {!live && (
        <details>
          <summary className="rounded-sm py-1 font-medium">Try a failure</summary>
          <Field
            label="What the simulated cloud does"
            className="mt-2"
            hint="See how a deploy that goes wrong is undone. Nothing is charged."
          >
            <Select
              value={scenario ?? ""}
              onChange={(event) =>
                setScenario(SCENARIOS.find(([value]) => value === event.target.value)?.[0] ?? null)
              }
              disabled={busy}
            >
              <option value="">Everything works</option>
              {SCENARIOS.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </Select>
          </Field>
        </details>
      )}
      {refusal !== null && <Refusal error={refusal} />}
      {over ? renew : null}
      <Button
        tone={over ? "plain" : "primary"}
        size="large"
        className="w-full"
        busy={busy}
        disabled={over || short}
        onClick={() => (live ? setAsking(true) : void act())}
      >
        {!busy && <Rocket size={16} aria-hidden />}Deploy at {hourly} an hour
      </Button>
      <Confirm
        mode={quote.mode}
        open={asking && !over}
        onClose={() => setAsking(false)}
        title={`Deploy ${name}`}
        action={`Deploy at ${hourly} an hour`}
        name={name}
        onConfirm={act}
      >
        <p>
          {machine} is started at {hourly} an hour. {usd(quote.hold_usd_micros)} of your wallet is
          held; you pay by the second once you activate it.
        </p>
      </Confirm>
    </section>
  );
}
