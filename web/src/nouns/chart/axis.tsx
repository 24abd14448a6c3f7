// What all charts of money share: the amounts beside them, and the lines across.

import { usd } from "../../lib/money.ts";
import { cx } from "../../ui/index.ts";
import { heightOf, type Scale } from "./scale.ts";

/** As high as the chart itself. */
export const CHART_HEIGHT = "h-44";

/** As many decimals as it takes to tell the lines apart. */
const digitsOf = ({ ticks }: Scale): number =>
  [2, 3].find((digits) => ticks.every((tick) => tick % 10 ** (6 - digits) === 0)) ?? 4;

const at = (value: number, scale: Scale) => ({ bottom: `${heightOf(value, scale) * 100}%` });

export function Axis({ scale }: { scale: Scale }) {
  const digits = digitsOf(scale);
  return (
    <div aria-hidden className={cx("num relative text-right text-meta text-mute", CHART_HEIGHT)}>
      {/* As wide as the widest label, which is laid out here invisibly. */}
      <span className="invisible">{usd(scale.top, digits)}</span>
      {scale.ticks.map((tick) => (
        <span key={tick} className="absolute right-0 translate-y-1/2" style={at(tick, scale)}>
          {usd(tick, digits)}
        </span>
      ))}
    </div>
  );
}

export const Lines = ({ scale }: { scale: Scale }) =>
  scale.ticks.map((tick) => (
    <div
      key={tick}
      aria-hidden
      className={cx(
        "absolute inset-x-0 border-t",
        tick === scale.bottom ? "border-line2" : "border-line",
      )}
      style={at(tick, scale)}
    />
  ));

export interface Label {
  text: string;
  /** How far to the right, 0 to 1. */
  place: number;
}

/** What stands below a chart; every other one is left out where there is no room. */
export const Labels = ({ of }: { of: readonly Label[] }) => (
  <div aria-hidden className="num relative col-start-2 mt-1 h-4 text-meta text-mute">
    {of.map(({ text, place }) => (
      <span
        key={place}
        className="absolute -translate-x-1/2 whitespace-nowrap max-[359px]:even:hidden"
        style={{ left: `${place * 100}%` }}
      >
        {text}
      </span>
    ))}
  </div>
);
