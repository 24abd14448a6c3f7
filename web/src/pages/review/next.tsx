// What happens after the deploy, step by step.

import { asked } from "../../lib/money.ts";

const ROUND =
  "num inline-flex size-6 shrink-0 items-center justify-center rounded-full border " +
  "border-line2 text-label font-semibold";

const LOST = [
  "If the cloud takes the machine away, we deploy the pod again",
  "On a new machine at the same price, if your wallet has the money. You pay for it from the " +
    "moment it answers, without being asked again. What was on the disk is lost.",
] as const;

interface NextProps {
  hold: number;
  stoppable: boolean;
  /** The pod is deployed again when its machine is taken away. */
  relaunch: boolean;
}

const stepsOf = ({
  hold,
  stoppable,
  relaunch,
}: NextProps): readonly (readonly [string, string])[] => [
  [
    `We hold ${asked(hold)} of your wallet`,
    "It pays for the first hour, and is released if nothing runs.",
  ],
  [
    "The cloud starts the machine",
    "If it has sold out by then, we try similar machines at this price or less. The price you " +
      "saw is the price you pay.",
  ],
  [
    "It is ready, and we email you a link",
    "Activate the pod with it. If you do not do so in time, we return the machine, and you pay " +
      "nothing.",
  ],
  [
    "From then on you pay by the second",
    stoppable
      ? "Until you stop or end the pod, or your wallet is empty. While it is stopped you pay for " +
        "its disk only."
      : "Until you end the pod, or your wallet is empty. This cloud cannot stop a machine and " +
        "start it again.",
  ],
  ...(relaunch ? [LOST] : []),
];

export const Next = (props: NextProps) => (
  <ol className="grid gap-3.5">
    {stepsOf(props).map(([title, text], index) => (
      <li key={title} className="flex gap-3">
        <span aria-hidden className={ROUND}>
          {index + 1}
        </span>
        <div>
          <p className="font-medium">{title}</p>
          <p className="text-mute">{text}</p>
        </div>
      </li>
    ))}
  </ol>
);
