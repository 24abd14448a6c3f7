// Chooses the days of the usage page; the choice is kept in the address.

import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { cx, Field, Input } from "../../ui/index.ts";
import { presets, type Range, rangeProblem } from "../../nouns/usage/range.ts";

export function RangePicker({ range, today }: { range: Range; today: string }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState(range);
  const [known, setKnown] = useState(range);
  // The address has another range, which the fields now show.
  if (known.from !== range.from || known.to !== range.to) {
    setKnown(range);
    setTyped(range);
  }
  const problem = rangeProblem(typed);
  const change = (part: Partial<Range>) => {
    const next = { ...typed, ...part };
    setTyped(next);
    if (rangeProblem(next) === null)
      void navigate({
        to: "/billing",
        search: { tab: "usage", ...next },
        resetScroll: false,
        replace: true,
      });
  };
  return (
    <section aria-label="Days shown" className="grid gap-3">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <Presets range={range} today={today} />
        <div className="grid grid-cols-2 gap-3 max-sm:w-full">
          <Field label="First day">
            <Input
              type="date"
              value={typed.from}
              max={today}
              aria-invalid={problem !== null || undefined}
              onChange={({ target }) => change({ from: target.value })}
              className="num"
            />
          </Field>
          <Field label="Last day">
            <Input
              type="date"
              value={typed.to}
              max={today}
              aria-invalid={problem !== null || undefined}
              onChange={({ target }) => change({ to: target.value })}
              className="num"
            />
          </Field>
        </div>
      </div>
      {problem ? (
        <p role="alert" className="text-label text-bad">
          {problem}
        </p>
      ) : (
        <p className="text-label text-mute">
          Days begin and end at midnight UTC, as on your invoices. Up to 92 days at once.
        </p>
      )}
    </section>
  );
}

function Presets({ range, today }: { range: Range; today: string }) {
  return (
    <ul className="flex flex-wrap gap-2">
      {presets(today).map(([name, preset]) => {
        const on = preset.from === range.from && preset.to === range.to;
        return (
          <li key={name}>
            <Link
              to="/billing"
              search={{ tab: "usage", ...preset }}
              resetScroll={false}
              aria-current={on ? "true" : undefined}
              className={cx(
                "inline-flex h-9 items-center rounded-full border px-3.5 font-medium " +
                  "whitespace-nowrap transition-colors",
                on
                  ? "border-brand bg-brand-soft text-brand-ink"
                  : "border-line2 bg-surface hover:bg-sunk",
              )}
            >
              {name}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
