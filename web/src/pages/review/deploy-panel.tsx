// The held price, its countdown, and the button that deploys at it: beside the page where there is
// room, else always in sight below it.

import { Rocket } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Shape } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { asked, rate } from "../../lib/money.ts";
import { countdown } from "../../lib/time.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { Button, Confirm, Field, Progress, Select, useMedia, useNow } from "../../ui/index.ts";
import { SCENARIOS } from "../../nouns/pod/words.ts";
import { type Quote, secondsLeft, shareLeft, spoken } from "./quote.ts";
import { Refusal } from "./refusal.tsx";
import { useDeploy } from "./use-deploy.ts";

/** From here on the panel stands beside the page. */
const BESIDE = "(min-width: 1024px)";
/** Until then the countdown and the buttons stay at the lower edge of the screen. */
const BAR =
  "fixed inset-x-0 bottom-0 z-20 grid grid-cols-[minmax(0,1fr)] gap-2.5 border-t border-line " +
  "bg-surface px-4 py-3 shadow-float md:left-[220px] md:px-6";

interface DeployPanelProps {
  quote: Quote;
  name: string;
  /** The machine's name in the question that confirms the deploy. */
  machine: string;
  /** Why it cannot be deployed, if something is in the way. */
  blocked: ReactNode;
  onPod: (podId: string) => void;
  /** Gets a new price; shown once this one has expired. */
  renew: ReactNode;
  children: ReactNode;
}

export function DeployPanel(props: DeployPanelProps) {
  const { quote, name, machine, blocked, onPod, renew, children } = props;
  const now = useNow(500);
  const beside = useMedia(BESIDE);
  const { deploy, busy, refusal } = useDeploy(quote, onPod);
  const [scenario, setScenario] = useState<Shape<"Scenario"> | null>(null);
  const [asking, setAsking] = useState(false);
  const left = secondsLeft(quote, now);
  const over = left === 0 || codeOf(refusal) === "quote_expired";
  const live = quote.mode === "LIVE";
  const act = () => deploy({ name, scenario });
  const hourly = rate(quote.price.rate_usd_micros_per_hour);
  const timer = <Countdown quote={quote} left={over ? 0 : left} now={now} />;
  const acts = (
    <>
      {refusal !== null && <Refusal error={refusal} />}
      {!over && blocked}
      {over && renew}
      {(beside || !over) && (
        <Button
          tone={over ? "plain" : "primary"}
          size="large"
          className="w-full"
          busy={busy}
          disabled={over || Boolean(blocked)}
          onClick={() => (live ? setAsking(true) : void act())}
        >
          {!busy && <Rocket size={16} aria-hidden />}Deploy at {hourly} an hour
        </Button>
      )}
    </>
  );
  return (
    <section aria-label="Deploy" className="card grid gap-4 p-4 md:p-5 lg:beside">
      {beside && timer}
      {children}
      {!live && <TryFailure value={scenario} disabled={busy} onChange={setScenario} />}
      {beside ? (
        acts
      ) : (
        <div className={BAR}>
          {timer}
          {acts}
        </div>
      )}
      <Confirm
        mode={quote.mode}
        open={asking && !over}
        onClose={() => setAsking(false)}
        title={`Deploy ${name}?`}
        action={`Deploy at ${hourly} an hour`}
        name={name}
        onConfirm={act}
      >
        <p>
          We hold {asked(quote.hold_usd_micros)} of your wallet and start {machine} at {hourly} an
          hour. You pay by the second once you activate the pod.
        </p>
      </Confirm>
    </section>
  );
}

/** `left` is 0 once the price is no longer held. */
function Countdown({ quote, left, now }: { quote: Quote; left: number; now: number }) {
  return (
    <div className="grid gap-2">
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="text-read font-semibold">
          {left === 0 ? "Price no longer held" : "Price held for"}
        </h2>
        <span aria-hidden className="num text-card font-semibold">
          {countdown(left)}
        </span>
      </div>
      <Progress
        value={left === 0 ? 0 : shareLeft(quote, now)}
        label="Time for which the price is held"
      />
      <p role="status" className="sr-only">
        {spoken(left)}
      </p>
    </div>
  );
}

/** What the simulated cloud is to do. */
const TryFailure = ({
  value,
  disabled,
  onChange,
}: {
  value: Shape<"Scenario"> | null;
  disabled: boolean;
  onChange: (scenario: Shape<"Scenario"> | null) => void;
}) => (
  <Disclosure label="Try a failure">
    <Field
      label="What the simulated cloud does"
      hint={
        value === "taken_away"
          ? "It does so a minute or two after you activate the pod. Until then you pay for it."
          : "See how a deploy that goes wrong is undone. Nothing is charged."
      }
    >
      <Select
        value={value ?? ""}
        onChange={(event) =>
          onChange(SCENARIOS.find(([scenario]) => scenario === event.target.value)?.[0] ?? null)
        }
        disabled={disabled}
      >
        <option value="">Everything works</option>
        {SCENARIOS.map(([scenario, text]) => (
          <option key={scenario} value={scenario}>
            {text}
          </option>
        ))}
      </Select>
    </Field>
  </Disclosure>
);
