// The progress of a deploy: five steps, how long each took, and every cloud that was tried.

import { asked } from "../../lib/money.ts";
import { Check, LoaderCircle, Mail, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Shape } from "../../api/client.ts";
import { cloudName, regionName } from "../../lib/names.ts";
import { countdown, span } from "../../lib/time.ts";
import { Disclosure } from "../../ui/disclosure.tsx";
import { Card, cx, Progress, useNow } from "../../ui/index.ts";
import { isDeploying, isExpired, type PodView } from "../../nouns/pod/life.ts";
import { useTemplateName } from "../../nouns/pod/template-name.ts";
import { deployOf, elapsedSecs, type Step, type StepName, STEPS, stepSecs } from "./steps.ts";

const TITLES: Record<StepName, string> = {
  hold: "Hold the funds",
  find: "Find a machine",
  start: "Start the machine",
  activate: "Activate the pod",
  run: "Running",
};

const OUTCOMES: Record<Shape<"AttemptOutcome">, string> = {
  launching: "waiting for its answer",
  launched: "machine started",
  refused: "no capacity at this price",
  ended: "machine returned",
};

const took = (secs: number): string => (secs < 1 ? "< 1 s" : span(secs));

function Attempts({ of }: { of: PodView["attempts"] }) {
  if (of.length === 0) return <>The machine you chose, or another one at your price or less</>;
  return (
    <ol className="grid gap-0.5">
      {of.map(({ number, provider, region, outcome }) => (
        <li key={number}>
          {cloudName(provider)}, {regionName(region)}: {OUTCOMES[outcome]}
          {number > 1 && outcome === "launched" && " instead"}
        </li>
      ))}
    </ol>
  );
}

function detail(step: Step, pod: PodView, template: string): ReactNode {
  const past = step.state === "done";
  switch (step.name) {
    case "hold":
      return past
        ? `${asked(pod.hold_usd_micros)} held for the first hour`
        : `${asked(pod.hold_usd_micros)} of your wallet, for the first hour`;
    case "find":
      return <Attempts of={pod.attempts} />;
    case "start":
      return past
        ? "The machine is ready"
        : step.state === "now"
          ? `Starting ${template}`
          : `With ${template}`;
    case "activate":
      if (pod.relaunch_of) return "Not needed: you activated the pod whose place it takes";
      return past
        ? "You activated it"
        : step.state === "now"
          ? "Press Activate here, or open the link we emailed you"
          : step.state === "expired"
            ? "It was not activated in time"
            : "Here, or with a link that we email to you";
    case "run":
      return past ? "Charged by the second" : "From then on you pay by the second";
  }
}

/** A step that waits for a person does not spin. */
function StepMark({
  name,
  state,
  number,
}: {
  name: StepName;
  state: Step["state"];
  number: number;
}) {
  const round =
    "relative z-10 inline-flex size-6 shrink-0 items-center justify-center rounded-full";
  if (state === "done")
    return (
      <span className={cx(round, "bg-brand text-on-brand")}>
        <Check size={14} strokeWidth={2.5} aria-hidden />
      </span>
    );
  if (state === "now")
    return (
      <span className={cx(round, "border-2 border-brand bg-surface text-brand-ink")}>
        {name === "activate" ? (
          <Mail size={12} aria-hidden />
        ) : (
          <LoaderCircle size={13} className="animate-spin" aria-hidden />
        )}
      </span>
    );
  if (state === "waiting")
    return (
      <span
        aria-hidden
        className={cx(round, "num border border-line2 bg-surface text-meta text-mute")}
      >
        {number}
      </span>
    );
  return (
    <span className={cx(round, state === "failed" ? "bg-bad text-bg" : "bg-line2 text-ink")}>
      <X size={14} strokeWidth={2.5} aria-hidden />
    </span>
  );
}

const STATE_WORDS: Record<Step["state"], string> = {
  done: "done",
  now: "in progress",
  waiting: "not started",
  failed: "failed here",
  expired: "expired here",
  cancelled: "cancelled here",
};

function Steps({ pod, steps, now }: { pod: PodView; steps: Step[]; now: number }) {
  const template = useTemplateName()(pod.template_id);
  return (
    <ol className="grid">
      {steps.map((step, index) => {
        const secs = stepSecs(step, now);
        return (
          <li
            key={step.name}
            aria-current={step.state === "now" ? "step" : undefined}
            className="relative flex gap-3.5 pb-4 last:pb-0"
          >
            {index < steps.length - 1 && (
              <span
                aria-hidden
                className={cx(
                  "absolute top-6 bottom-0 left-[11.5px] w-px",
                  step.state === "done" ? "bg-brand" : "bg-line2",
                )}
              />
            )}
            <StepMark name={step.name} state={step.state} number={index + 1} />
            <div className="min-w-0 flex-1">
              <p className={cx("text-read font-medium", step.state === "waiting" && "text-mute")}>
                {TITLES[step.name]}
                <span className="sr-only">, {STATE_WORDS[step.state]}</span>
              </p>
              <div className="text-label text-mute">{detail(step, pod, template)}</div>
            </div>
            {secs !== null && <span className="num pt-0.5 text-label text-mute">{took(secs)}</span>}
          </li>
        );
      })}
    </ol>
  );
}

const HINT = "ml-auto text-label font-normal text-mute group-open/fold:hidden max-sm:hidden";

interface TimelineProps {
  pod: PodView;
  events: readonly Shape<"PodEvent">[];
}

/** The steps of a deploy; once the pod has run they are folded up. */
export const Timeline = (props: TimelineProps) =>
  props.pod.running_at ? <Folded {...props} /> : <Open {...props} />;

function Folded({ pod, events }: TimelineProps) {
  const now = useNow(null);
  const deploy = deployOf(pod, events);
  // How long its owner took to activate it is not part of the deploy.
  const answered = elapsedSecs(pod, { until: deploy.steps[2]?.until ?? deploy.until }, now);
  return (
    <Card className="!py-2">
      <Disclosure
        label={
          <>
            <h2 className="text-read font-semibold">
              Machine ready in {answered < 1 ? "less than 1 s" : span(answered)}
            </h2>
            <span className={HINT}>Show the {STEPS.length} steps</span>
          </>
        }
      >
        <Steps pod={pod} steps={deploy.steps} now={now} />
      </Disclosure>
    </Card>
  );
}

function Open({ pod, events }: TimelineProps) {
  const going = isDeploying(pod);
  const now = useNow(going ? 1_000 : null);
  const deploy = deployOf(pod, events);
  const outcome = going
    ? null
    : isExpired(pod)
      ? "expired"
      : pod.state === "failed"
        ? "failed"
        : "cancelled";
  const elapsed = elapsedSecs(pod, deploy, now);
  return (
    <Card>
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="text-card font-semibold">
          Step {deploy.number} of {STEPS.length}
          {outcome && `, ${outcome}`}
        </h2>
        <span className="num text-label text-mute">
          {going ? `${countdown(elapsed)} elapsed` : `${took(elapsed)} in total`}
        </span>
      </div>
      <Progress
        label={going ? "The deploy" : "The deploy, before it ended"}
        value={deploy.progress}
        className="mb-5"
      />
      <Steps pod={pod} steps={deploy.steps} now={now} />
      {going && (
        <output className="sr-only">
          Step {deploy.number} of {STEPS.length}: {TITLES[STEPS[deploy.number - 1]!]}
        </output>
      )}
    </Card>
  );
}
