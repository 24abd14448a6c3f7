// The order of the offers: what they are sorted by, and how much each facet counts towards the
// score.

import { ArrowDownWideNarrow, Scale } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { Button, buttonClass, cx, Dialog, Popover, Segments } from "../../ui/index.ts";
import { PickOne } from "./pick.tsx";
import {
  FACETS,
  type OffersUrl,
  sameWeights,
  type Sort,
  USUAL_WEIGHTS,
  type Weights,
} from "./search.ts";
import type { Change } from "./url.ts";
import { FACET_NAMES } from "./words.ts";

export const SORT_NAMES: Record<Sort, string> = {
  rank: "Best value",
  price_asc: "Price: low to high",
  price_desc: "Price: high to low",
  performance: "Fastest first",
  memory: "Most memory first",
  availability: "Best stock first",
};

const PRESETS: readonly (readonly [string, Weights])[] = [
  ["Balanced", USUAL_WEIGHTS],
  ["Low price", [80, 5, 5, 0, 0, 0, 5, 0, 5]],
  ["Fast training", [25, 10, 50, 0, 5, 0, 5, 0, 5]],
  ["Large models", [30, 50, 5, 0, 0, 5, 5, 0, 5]],
];
const DRAGGING_MS = 150;

const presetOf = (weights: Weights): string | null =>
  PRESETS.find(([, preset]) => sameWeights(preset, weights))?.[0] ?? null;

interface OrderProps {
  url: OffersUrl;
  change: Change;
  /** The weights in effect where the URL names none: a workload has its own. */
  weights?: Weights;
}

const SortList = ({ url, change, after }: OrderProps & { after?: () => void }) => (
  <PickOne<Sort>
    label="Order"
    value={url.sort ?? "rank"}
    options={Object.entries(SORT_NAMES) as [Sort, string][]}
    onChange={(sort) => {
      change({ sort: sort === "rank" ? undefined : sort });
      after?.();
    }}
  />
);

/** A slider for each facet; the ranking updates while they move. */
function WeightsEditor({ url, change, weights: inEffect = USUAL_WEIGHTS }: OrderProps) {
  const asked = url.weights ?? inEffect;
  const [weights, setWeights] = useState<Weights>(asked);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const text = asked.join(",");
  useEffect(() => {
    if (timer.current === undefined) setWeights(text.split(",").map(Number));
  }, [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const sum = weights.reduce((all, one) => all + one, 0);
  const drag = (place: number, value: number) => {
    const next = weights.map((weight, index) => (index === place ? value : weight));
    setWeights(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      if (next.some((weight) => weight > 0)) change({ weights: next }, { replace: true });
    }, DRAGGING_MS);
  };
  const use = (next: Weights) => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setWeights(next);
    change({ weights: next });
  };
  const id = useId();
  return (
    <div className="grid gap-3">
      <Segments
        label="Ready-made weights"
        value={presetOf(weights)}
        options={PRESETS.map(([name]) => [name, name] as const)}
        onChange={(name) => use(PRESETS.find(([one]) => one === name)?.[1] ?? USUAL_WEIGHTS)}
      />
      {FACETS.map((facet, place) => (
        <div key={facet} className="grid gap-1">
          <div className="flex justify-between">
            <label htmlFor={`${id}-${facet}`}>{FACET_NAMES[facet]}</label>
            <span className="num text-mute">
              {sum > 0 ? Math.round(((weights[place] ?? 0) / sum) * 100) : 0}%
            </span>
          </div>
          <input
            id={`${id}-${facet}`}
            type="range"
            min={0}
            max={100}
            value={weights[place]}
            aria-valuetext={`${weights[place]} of 100`}
            onChange={(event) => drag(place, Number(event.target.value))}
            className="h-5 w-full accent-(--brand) max-lg:h-9"
          />
        </div>
      ))}
      <p role="status" className={cx("text-label", sum === 0 ? "text-bad" : "text-mute")}>
        {sum === 0
          ? "At least one has to count. Until then the order stays as it was."
          : "Offers are re-ranked as you move these. Only the proportions matter."}
      </p>
      <Button
        size="small"
        onClick={() => change({ weights: undefined })}
        className="justify-self-start"
      >
        Reset the weights
      </Button>
    </div>
  );
}

/** The order and the weights as two pills with panels. */
export function OrderBar(props: OrderProps) {
  return (
    <>
      <Popover
        align="end"
        label={
          <>
            <ArrowDownWideNarrow size={15} aria-hidden />
            {SORT_NAMES[props.url.sort ?? "rank"]}
          </>
        }
        name={`Order: ${SORT_NAMES[props.url.sort ?? "rank"]}`}
      >
        {(close) => <SortList {...props} after={close} />}
      </Popover>
      <Popover
        align="end"
        label={
          <>
            <Scale size={15} aria-hidden />
            Weights
          </>
        }
        active={props.url.weights !== undefined}
      >
        <div className="w-72">
          <WeightsEditor {...props} />
        </div>
      </Popover>
    </>
  );
}

/** The order and the weights behind one button. */
export function OrderDialog(props: OrderProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className={cx(buttonClass(), "rounded-full")}
      >
        <ArrowDownWideNarrow size={15} aria-hidden />
        Order
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Order">
        <div className="grid gap-5">
          <SortList {...props} />
          <section className="grid gap-3">
            <h3 className="font-semibold">What counts</h3>
            <WeightsEditor {...props} />
          </section>
          <Button tone="primary" onClick={() => setOpen(false)}>
            Show the offers
          </Button>
        </div>
      </Dialog>
    </>
  );
}
