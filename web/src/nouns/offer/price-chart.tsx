// The price of an offer over some days as a line in steps; a table beside it has every change.

import { type PointerEvent, useMemo, useState } from "react";
import { rate } from "../../lib/money.ts";
import { day, moment } from "../../lib/time.ts";
import { cx } from "../../ui/index.ts";
import { Axis, CHART_HEIGHT, Labels, Lines } from "../chart/axis.tsx";
import { heightOf, labelled, type Scale, scaleAround } from "../chart/scale.ts";
import {
  type Column,
  columnsOf,
  type Corner,
  CORNERS_MAX,
  cornersOf,
  priceAt,
  type Prices,
} from "./prices.ts";

const DAY_MS = 86_400_000;
const LABELS_MAX = 6;

export function PriceChart({ prices, hint }: { prices: Prices; hint: string }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const { lowest_rate_usd_micros_per_hour: low, highest_rate_usd_micros_per_hour: high } = prices;
  const scale = scaleAround(low, high);
  const drawn = useMemo(() => drawingOf(cornersOf(prices)), [prices]);
  const at = pointed === null ? null : instantAt(prices, pointed);
  const held = at === null ? null : priceAt(prices.points, at);
  const point = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    if (width > 0) setPointed(Math.min(1, Math.max(0, (clientX - left) / width)));
  };
  return (
    <figure className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <figcaption className="num line-clamp-2 min-h-9 text-label text-mute">
        {at === null ? (
          hint
        ) : (
          <>
            {moment(at)}:{" "}
            <strong className="font-semibold text-ink">
              {held ? `${rate(held.rate_usd_micros_per_hour)} an hour` : "not seen yet"}
            </strong>
            {held && `, since ${moment(held.at)}`}
          </>
        )}
      </figcaption>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
        <Axis scale={scale} />
        <div
          className={cx("relative touch-pan-y", CHART_HEIGHT)}
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setPointed(null)}
        >
          <Lines scale={scale} />
          <svg
            role="img"
            aria-label={inWords(prices)}
            viewBox="0 0 100 100"
            preserveAspectRatio="none"
            className="absolute inset-0 size-full overflow-visible"
          >
            {drawn.columns && (
              <path d={bandPath(drawn.columns, scale)} className="fill-brand-soft" />
            )}
            <path
              d={linePath(drawn.line, scale)}
              className="fill-none stroke-brand"
              strokeWidth={2}
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
            />
          </svg>
          {pointed !== null && (
            <Pointed
              place={pointed}
              height={held && heightOf(held.rate_usd_micros_per_hour, scale)}
            />
          )}
        </div>
        <Labels of={labelsOf(prices)} />
      </div>
    </figure>
  );
}

const instantAt = ({ from, until }: Prices, place: number): number => {
  const start = Date.parse(from);
  return start + place * (Date.parse(until) - start);
};

interface Drawing {
  line: readonly Corner[];
  /** Behind a line that is an average. */
  columns?: readonly Column[];
}

/** Whether the line is every price, or an average within the range behind it. */
export const isAveraged = ({ points }: Pick<Prices, "points">): boolean =>
  points.length > CORNERS_MAX;

function drawingOf(corners: readonly Corner[]): Drawing {
  if (corners.length <= CORNERS_MAX) return { line: corners };
  const columns = columnsOf(corners);
  return { line: columns.map(({ place, mean }) => ({ place, rate: mean })), columns };
}

const across = (place: number): string => (place * 100).toFixed(3);
const down = (micros: number, scale: Scale): string =>
  (100 - heightOf(micros, scale) * 100).toFixed(3);

function linePath([first, ...others]: readonly Corner[], scale: Scale): string {
  if (!first) return "";
  const steps = others.map(({ place, rate: micros }) => `H${across(place)}V${down(micros, scale)}`);
  return `M${across(first.place)} ${down(first.rate, scale)}${steps.join("")}H100`;
}

/** Along the highest prices to the right, and along the lowest back. */
function bandPath(columns: readonly Column[], scale: Scale): string {
  const top = linePath(
    columns.map(({ place, high }) => ({ place, rate: high })),
    scale,
  );
  const back = [...columns]
    .reverse()
    .map(({ place, low }) => `V${down(low, scale)}H${across(place)}`);
  return `${top}${back.join("")}Z`;
}

function labelsOf(prices: Prices) {
  const span = Date.parse(prices.until) - Date.parse(prices.from);
  const days = Math.max(1, Math.round(span / DAY_MS));
  return labelled(days, LABELS_MAX).map((index) => ({
    text: day(instantAt(prices, index / days)),
    place: index / days,
  }));
}

/** What the line shows, for those who do not see it. */
function inWords({ from, until, points, ...ends }: Prices): string {
  const [first] = points;
  const begin = moment(first && first.at > from ? first.at : from);
  const low = rate(ends.lowest_rate_usd_micros_per_hour);
  const high = rate(ends.highest_rate_usd_micros_per_hour);
  const changes = points.length - 1;
  return changes <= 0
    ? `${low} an hour from ${begin} to ${moment(until)}, without a change.`
    : `From ${begin} to ${moment(until)}: lowest ${low}, highest ${high} an hour, ` +
        `${changes} ${changes === 1 ? "change" : "changes"}.`;
}

const Pointed = ({ place, height }: { place: number; height: number | null }) => (
  <div
    aria-hidden
    className="pointer-events-none absolute inset-y-0 border-l border-line2"
    style={{ left: `${place * 100}%` }}
  >
    {height !== null && (
      <span
        className={
          "absolute size-2.5 -translate-x-1/2 translate-y-1/2 rounded-full border-2 " +
          "border-surface bg-brand"
        }
        style={{ bottom: `${height * 100}%` }}
      />
    )}
  </div>
);
