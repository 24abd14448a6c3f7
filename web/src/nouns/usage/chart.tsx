// Money by day: one bar per day, divided by pod. Each bar says its figures as text as well.

import { type CSSProperties, useState } from "react";
import { exact } from "../../lib/money.ts";
import { date } from "../../lib/time.ts";
import { cx } from "../../ui/index.ts";
import { Axis, CHART_HEIGHT, Labels, Lines } from "../chart/axis.tsx";
import { labelled, scaleOf } from "../chart/scale.ts";
import { type DaySum, LOOKS, looksOf, type PodSum } from "./sums.ts";

const hatched = (colour: string): CSSProperties => ({
  backgroundImage: `repeating-linear-gradient(45deg, ${colour} 0 2px, transparent 2px 5px)`,
  boxShadow: `inset 0 0 0 1px ${colour}`,
});

/** The patterns of the parts, so that they differ by more than colour; a legend names them. */
const LOOK: readonly { className?: string; style?: CSSProperties }[] = [
  { className: "bg-brand" },
  { className: "bg-ink" },
  { className: "bg-mute" },
  { style: hatched("var(--brand)") },
  { style: hatched("var(--mute)") },
];

const SHORT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

interface Props {
  days: readonly DaySum[];
  pods: readonly PodSum[];
  /** What is said while no day is pointed at. */
  hint: string;
}

export function UsageChart({ days, pods, hint }: Props) {
  const [pointed, setPointed] = useState<string | null>(null);
  const looks = looksOf(pods);
  const scale = scaleOf(Math.max(...days.map((day) => day.captured_usd_micros)));
  const at = days.find(({ day }) => day === pointed);
  return (
    <figure className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <figcaption className="num line-clamp-2 h-9 text-label text-mute">
        {at ? (
          <>
            <strong className="font-semibold text-ink">
              {date(at.day)}: {exact(at.captured_usd_micros)}
            </strong>{" "}
            {partsInWords(at)}
          </>
        ) : (
          hint
        )}
      </figcaption>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
        <Axis scale={scale} />
        <div className={cx("relative", CHART_HEIGHT)}>
          <Lines scale={scale} />
          <ul
            aria-label="Used each day"
            className="absolute inset-0 flex"
            onPointerLeave={() => setPointed(null)}
          >
            {days.map((day) => (
              <Bar
                key={day.day}
                day={day}
                top={scale.top}
                looks={looks}
                on={day.day === pointed}
                onPoint={setPointed}
              />
            ))}
          </ul>
        </div>
        <Labels
          of={labelled(days.length, 6).map((place) => ({
            text: SHORT.format(new Date(days[place]?.day ?? "")),
            place: (place + 0.5) / days.length,
          }))}
        />
      </div>
      <Legend pods={pods} />
    </figure>
  );
}

const Legend = ({ pods }: { pods: readonly PodSum[] }) => (
  <ul className="flex flex-wrap gap-x-4 gap-y-1 text-label" aria-label="What the bars are made of">
    {legend(pods).map(({ look, name }) => (
      <li key={name} className="flex max-w-full min-w-0 items-center gap-1.5">
        <span
          aria-hidden
          className={cx("size-2.5 shrink-0 rounded-[2px]", LOOK[look]?.className)}
          style={LOOK[look]?.style}
        />
        <span className="max-w-72 truncate" title={name}>
          {name}
        </span>
      </li>
    ))}
  </ul>
);

const partsInWords = (day: DaySum): string =>
  day.rows.map((row) => `${row.pod_name} ${exact(row.captured_usd_micros)}`).join(", ");

/** The patterns in use and their names, by cost. */
function legend(pods: readonly PodSum[]): { look: number; name: string }[] {
  if (pods.length <= LOOKS) return pods.map(({ pod_name: name }, look) => ({ look, name }));
  return [
    ...pods.slice(0, LOOKS - 1).map(({ pod_name: name }, look) => ({ look, name })),
    { look: LOOKS - 1, name: `${pods.length - LOOKS + 1} other pods` },
  ];
}

interface BarProps {
  day: DaySum;
  top: number;
  looks: ReadonlyMap<string, number>;
  on: boolean;
  onPoint: (day: string) => void;
}

function Bar({ day, top, looks, on, onPoint }: BarProps) {
  const used = day.captured_usd_micros > 0;
  const parts = [...day.rows].sort(
    (one, other) => (looks.get(one.pod_id) ?? 0) - (looks.get(other.pod_id) ?? 0),
  );
  return (
    <li
      onPointerEnter={() => onPoint(day.day)}
      aria-hidden={used ? undefined : true}
      className={cx(
        "flex h-full min-w-0 flex-1 flex-col-reverse px-px transition-colors",
        on && "bg-sunk",
      )}
    >
      {used && (
        <span className="sr-only">
          {date(day.day)}: {exact(day.captured_usd_micros)}, {partsInWords(day)}
        </span>
      )}
      {parts.map((row) => (
        <div
          key={row.pod_id}
          aria-hidden
          className={cx(
            "mx-auto w-full max-w-8 border-t border-surface first:rounded-none " +
              "last:rounded-t-[3px]",
            LOOK[looks.get(row.pod_id) ?? 0]?.className,
          )}
          style={{
            height: `${(row.captured_usd_micros / top) * 100}%`,
            minHeight: 2,
            ...LOOK[looks.get(row.pod_id) ?? 0]?.style,
          }}
        />
      ))}
    </li>
  );
}
