// The buttons that stop, start and end a pod, each with its consequences.

import { useNavigate } from "@tanstack/react-router";
import { Play, Square, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { codeOf, messageOf } from "../../api/errors.ts";
import { rate, usd } from "../../lib/money.ts";
import { Button, Confirm, type Size, toast } from "../../ui/index.ts";
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
          Charging for running ends at once. Whatever is running on it ends too; its disk is kept
          {disk > 0 ? ` and costs ${rate(disk)} per hour` : " and costs nothing"}.
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
          It will run again at {rate(price.rate_usd_micros_per_hour)} per hour. Charging begins when
          its machine answers.
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
          Nothing was charged. The machine is returned, and the {usd(pod.hold_usd_micros)} held for
          it is released.
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
        Charging ends at once. Its machine and its disk are returned: everything on the disk is lost
        for good.
      </p>
    ),
  };
}

const ICONS = { stop: Square, start: Play, end: Trash2 } as const;

/**
 * What can be done with a pod now. In SANDBOX only ending it asks for confirmation; in LIVE
 * everything does.
 */
export function PodActs({ pod, size = "normal" }: { pod: PodView; size?: Size }) {
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
    // The button that asked may be gone: the focus must not get lost.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body)
        document.getElementById("main")?.focus({ preventScroll: true });
    });
  };
  return (
    <>
      {actsOf(pod).map((one) => {
        const Icon = ICONS[one];
        const { button } = wordsOf(one, pod);
        return (
          <Button
            key={one}
            size={size}
            tone={one === "end" ? "danger" : "plain"}
            busy={busy}
            onClick={() => begin(one)}
            aria-label={size === "small" ? `${button} ${pod.name}` : undefined}
          >
            {!busy && <Icon size={14} aria-hidden />}
            {button}
          </Button>
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
        name={pod.name}
        onConfirm={() => act(asked.act)}
      >
        {asked.words.body}
      </Confirm>
    </>
  );
}
