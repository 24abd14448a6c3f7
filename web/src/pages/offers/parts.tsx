// The parts of an offer that the table, the cards and the panel share.

import { ArrowDown, ArrowUp, ChevronDown, Trophy } from "lucide-react";
import type { Shape } from "../../api/client.ts";
import { inUnit, rate, type Unit, usd } from "../../lib/money.ts";
import { stockWord } from "../../lib/names.ts";
import { changeOf } from "../../lib/rates.ts";
import { Badge, Button, ButtonLink, cx, Dot, type Size, type State } from "../../ui/index.ts";
import { machineName, memoryOf, placeOf } from "../../nouns/offer/machine.ts";
import type { Row } from "./gone.ts";
import type { Comparing } from "./compare.ts";
import type { Move, Moves } from "./moves.ts";
import type { OffersUrl } from "./search.ts";
import { moreClouds, type Unfolded } from "./unfold.ts";
import { points } from "./words.ts";

type Offer = Shape<"OfferView">;

const STOCK_STATES: Record<Shape<"Stock">, State> = {
  none: "none",
  low: "warn",
  medium: "ok",
  high: "ok",
};

/** What no public price list says and the sandbox market makes up, in words; null where nothing. */
export function simulatedInWords({ simulated }: Pick<Offer, "simulated">): string | null {
  const names = SIMULATED.flatMap(([field, name]) => (simulated.includes(field) ? name : []));
  const last = names.pop();
  if (last === undefined) return null;
  const all = names.length > 0 ? `${names.join(", ")} and ${last}` : last;
  return `Simulated, since no public list has it: ${all}.`;
}

export function StockMark({ offer, gone = false }: { offer: Offer; gone?: boolean }) {
  const stock = gone ? "none" : offer.stock;
  return (
    <span
      className={cx(
        "inline-flex items-center gap-2 whitespace-nowrap",
        stock === "none" && "text-mute",
      )}
    >
      <Dot state={STOCK_STATES[stock]} />
      {stockWord(stock)}
    </span>
  );
}

const SIMULATED: readonly (readonly [Shape<"SimulatedField">, string])[] = [
  ["vcpus", "vCPUs"],
  ["ram_gib", "RAM"],
  ["disk", "disk"],
  ["stock", "stock"],
  ["terms", "billing terms"],
];

/** A bar from 0 to 1; `strong` ones are in the brand's colour. */
export function Bar({
  share,
  label,
  strong = true,
  className,
}: {
  share: number;
  label: string;
  strong?: boolean;
  className?: string;
}) {
  return (
    <span
      role="img"
      aria-label={label}
      className={cx("block h-1.5 overflow-hidden rounded-full bg-sunk dark:bg-line", className)}
    >
      <span
        className={cx(
          "block h-full rounded-full transition-[width] duration-700",
          strong ? "bg-brand" : "bg-line2",
        )}
        style={{ width: `${Math.max(2, Math.round(share * 100))}%` }}
      />
    </span>
  );
}

/** Whether these offers' values differ at all. */
export const differ = (rows: readonly Row[], best: number): boolean =>
  new Set(rows.map(({ score }) => points(score, best))).size > 1;

/** An offer's score as a bar, of which the best match has all. */
export function ValueBar({
  score,
  best,
  strong,
}: {
  score: number;
  best: number;
  strong: boolean;
}) {
  const value = points(score, best);
  return (
    <span className="flex items-center gap-2.5">
      <Bar share={value / 100} strong={strong} label={`Value ${value} of 100`} className="w-12" />
      <span className="num w-6 text-right text-mute" aria-hidden>
        {value}
      </span>
    </span>
  );
}

const inUnitText = (microsPerHour: number, unit: Unit): string =>
  unit === "hour" ? rate(microsPerHour) : usd(inUnit(microsPerHour, unit));

const SHORT = { hour: "h", day: "day", month: "mo" } as const;
const PER = { hour: "an hour", day: "a day", month: "a month" } as const;
const DOLLARS_FROM = 100_000_000;

/** The price in the other units: "$42.00/day", without cents from a hundred dollars up. */
export function OtherUnits({ micros, unit }: { micros: number; unit: Unit }) {
  const others = (["hour", "day", "month"] as const).filter((other) => other !== unit);
  return others.map((other, index) => {
    const amount = inUnit(micros, other);
    return (
      <span key={other}>
        {index > 0 && ", "}
        {amount >= DOLLARS_FROM ? usd(amount, 0) : inUnitText(micros, other)}
        <span aria-hidden>/{SHORT[other]}</span>
        <span className="sr-only"> {PER[other]}</span>
      </span>
    );
  });
}

/** How a price has just changed; it flashes once. */
function Moved({ was, now }: Move) {
  const down = now < was;
  const Icon = down ? ArrowDown : ArrowUp;
  return (
    <span
      key={now}
      title={`It was ${rate(was)} an hour before the last update`}
      className={cx(
        "num mr-1.5 inline-flex animate-flash items-center rounded-sm px-1 text-meta font-medium",
        down ? "bg-ok-soft text-ok" : "bg-warn-soft text-warn",
      )}
    >
      <Icon size={11} aria-hidden />
      <span className="sr-only">{down ? "down" : "up"} </span>
      {changeOf(was, now)}
    </span>
  );
}

/** The price in the chosen unit. */
export const Price = ({
  micros,
  unit,
  move,
}: {
  micros: number;
  unit: Unit;
  move: Move | undefined;
}) => (
  <span className="num block text-read leading-5 font-semibold whitespace-nowrap">
    {move && <Moved {...move} />}
    {inUnitText(micros, unit)}
    <span className="sr-only"> {PER[unit]}</span>
  </span>
);

/** Leads to the configuration of an offer, unless it is sold out. */
export function ConfigureLink({
  offer,
  gone = false,
  primary = false,
  size,
  className,
}: {
  offer: Offer;
  gone?: boolean;
  primary?: boolean;
  size?: Size;
  className?: string;
}) {
  const label = `Configure ${machineName(offer)} at ${placeOf(offer)}`;
  const tone = primary ? "primary" : "plain";
  if (gone || offer.stock === "none")
    return (
      <Button
        disabled
        tone={tone}
        size={size}
        className={className}
        aria-label={`${label}: sold out`}
      >
        Configure
      </Button>
    );
  return (
    <ButtonLink
      to="/configure"
      search={{ offer: offer.id }}
      tone={tone}
      size={size}
      className={className}
      aria-label={label}
    >
      Configure
    </ButtonLink>
  );
}

export interface RowsProps {
  rows: readonly Row[];
  url: OffersUrl;
  /** The score of the best match. */
  best: number;
  unit: Unit;
  /** Prices that have just changed. */
  moves: Moves;
  selected: string | undefined;
  onSelect: (id: string) => void;
  /** What unfolded machines show below them. */
  unfolded: ReadonlyMap<string, Unfolded>;
  onUnfold: (machine: string) => void;
  comparing: Comparing;
}

/** Unfolds a machine to the other clouds that sell it. */
export function UnfoldButton({
  row: { machine, clouds, offer },
  unfolded,
  onUnfold,
}: Pick<RowsProps, "unfolded" | "onUnfold"> & { row: Row }) {
  const more = moreClouds(clouds);
  if (!more) return null;
  const open = unfolded.get(machine);
  return (
    <button
      type="button"
      aria-expanded={open !== undefined}
      onClick={(event) => {
        event.stopPropagation();
        onUnfold(machine);
      }}
      className={
        "inline-flex min-h-6 items-center gap-1 rounded-sm text-label font-medium " +
        "whitespace-nowrap text-brand-ink hover:underline max-lg:min-h-9"
      }
    >
      {open?.state === "failed" ? "Not loaded. Close" : open ? "Fewer clouds" : more}
      <span className="sr-only"> with {machineName(offer)}</span>
      <ChevronDown
        size={13}
        aria-hidden
        className={cx("transition-transform", open && "rotate-180")}
      />
    </button>
  );
}

/** The price of one GPU, where there are more or fewer. */
export const PerGpu = ({
  offer: { rate_usd_micros_per_hour: micros, gpu_count: count },
}: Pick<Row, "offer">) =>
  count === 1 ? null : (
    <span className="block whitespace-nowrap">
      {rate(Math.round(micros / count))}
      <span aria-hidden>/GPU-h</span>
      <span className="sr-only"> per GPU-hour</span>
    </span>
  );

/** Marks the first match, where one class of GPUs is asked for. */
export const BestValue = () => (
  <Badge state="brand">
    <Trophy size={12} aria-hidden />
    Best value
  </Badge>
);

/** The cloud may take the machine back at any time. */
export const SpotMark = () => (
  <span className="block text-label text-warn" title="The cloud may take it back at any time">
    Spot
  </span>
);

export function Specs({ offer }: Pick<Row, "offer">) {
  return (
    <>
      {memoryOf(offer)}, {offer.vcpus} vCPU, {offer.ram_gib.toLocaleString("en-US")} GiB
      <span className="sr-only"> RAM</span>
    </>
  );
}
