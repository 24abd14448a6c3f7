// The buttons that stop, start and end a pod, each with its consequences.

import { useNavigate } from "@tanstack/react-router";
import { Play, Square, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { codeOf, messageOf } from "../../api/errors.ts";
import { asked, rate } from "../../lib/money.ts";
import { Button, Confirm, type Size, toast, type Tone } from "../../ui/index.ts";
import { type Act, actsOf, isDeploying, type PodView } from "./life.ts";
import { usePodAct } from "./use-act.ts";

interface Words {
  button: string;
  title: string;
  action: string;
  /** What the other button keeps. */
  keep?: string;
  body: ReactNode;
}

function wordsOf(act: Act, pod: PodView): Words {
  const { name, price } = pod;
  if (act === "stop") {
    const disk = price.stopped_rate_usd_micros_per_hour;
    return {
      button: "Stop",
      title: `Stop ${name}?`,
      action: "Stop the pod",
      keep: "Keep running",
      body: (
        <p>
          You stop paying for running at once. Whatever runs on it ends; its disk is kept
          {disk > 0 ? ` for ${rate(disk)} per hour` : " for free"}.
        </p>
      ),
    };
  }
  if (act === "start") {
    return {
      button: "Start",
      title: `Start ${name}?`,
      action: "Start the pod",
      body: (
        <p>
          It runs again for {rate(price.rate_usd_micros_per_hour)} per hour. Charging begins when
          its machine is ready.
        </p>
      ),
    };
  }
  if (isDeploying(pod)) {
    return {
      button: "Cancel deploy",
      title: `Cancel the deploy of ${name}?`,
      action: "Cancel deploy",
      keep: "Keep the pod",
      body: (
        <p>
          Nothing was charged. The machine is returned and {asked(pod.hold_usd_micros)} is released.
        </p>
      ),
    };
  }
  return {
    button: "End",
    title: `End ${name}?`,
    action: "End the pod",
    keep: "Keep the pod",
    body: (
      <p>
        You stop paying at once. The machine and its disk are returned: everything on the disk is
        lost for good.
      </p>
    ),
  };
}

const ICONS = { stop: Square, start: Play, end: Trash2 } as const;

/** As wide as the widest of the buttons that take each other's place in a list. */
const STEADY = "min-w-19";

/** The acts in their order; if `steady`, an impossible one leaves its place empty. */
function slotsOf(pod: PodView, steady: boolean): (Act | null)[] {
  const acts = actsOf(pod);
  if (!steady || acts.length === 0) return acts;
  return [acts.find((act) => act !== "end") ?? null, "end"];
}

/** On a pod's own page, starting it is what a stopped pod is there for. */
function toneOf(act: Act, size: Size): Tone {
  if (act === "end") return "danger";
  return act === "start" && size === "normal" ? "primary" : "plain";
}

/** The focus must not get lost with the button that asked. */
function keepFocus() {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body)
      document.getElementById("main")?.focus({ preventScroll: true });
  });
}

interface ActButtonProps extends Required<PodActsProps> {
  act: Act;
  busy: boolean;
  onClick: () => void;
}

function ActButton({ act, pod, size, steady, busy, onClick }: ActButtonProps) {
  const Icon = ICONS[act];
  const { button } = wordsOf(act, pod);
  return (
    <Button
      size={size}
      tone={toneOf(act, size)}
      busy={busy}
      onClick={onClick}
      aria-label={size === "small" ? `${button} ${pod.name}` : undefined}
      className={steady ? STEADY : undefined}
    >
      {!busy && <Icon size={14} aria-hidden />}
      {steady && button === "Cancel deploy" ? "Cancel" : button}
    </Button>
  );
}

interface PodActsProps {
  pod: PodView;
  size?: Size;
  /** In a table: no button moves under the pointer as the pod changes. */
  steady?: boolean;
}

/**
 * What can be done with a pod now. In SANDBOX only ending it asks for confirmation; in LIVE
 * everything does, and what cannot be undone wants the pod's name typed.
 */
export function PodActs({ pod, size = "normal", steady = false }: PodActsProps) {
  const [open, setOpen] = useState(false);
  // The question keeps its words while the pod already shows the outcome.
  const [asked, setAsked] = useState<{ act: Act; words: Words }>(() => ({
    act: "end",
    words: wordsOf("end", pod),
  }));
  const { act, busy } = usePodAct(pod);
  const live = pod.mode === "LIVE";
  const navigate = useNavigate();
  const begin = (one: Act) => {
    if (live || one === "end") {
      setAsked({ act: one, words: wordsOf(one, pod) });
      setOpen(true);
      return;
    }
    act(one).catch((error: unknown) =>
      toast(`${pod.name}: ${messageOf(error)}`, {
        bad: true,
        action:
          codeOf(error) === "insufficient_funds"
            ? { label: "Top up", run: () => void navigate({ to: "/billing" }) }
            : undefined,
      }),
    );
  };
  const close = () => {
    setOpen(false);
    keepFocus();
  };
  return (
    <>
      {slotsOf(pod, steady).map((one, slot) => {
        if (one === null) return <span key={slot} aria-hidden className={STEADY} />;
        return (
          <ActButton
            key={one}
            act={one}
            {...{ pod, size, steady, busy }}
            onClick={() => begin(one)}
          />
        );
      })}
      <Confirm
        mode={pod.mode}
        open={open}
        onClose={close}
        title={asked.words.title}
        action={asked.words.action}
        keep={asked.words.keep}
        danger={asked.act !== "start"}
        name={asked.act === "end" ? pod.name : undefined}
        onConfirm={() => act(asked.act)}
      >
        {asked.words.body}
      </Confirm>
    </>
  );
}
