// Chooses the days of the usage page; the choice is kept in the address.

import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Field, Input, Segments } from "../../ui/index.ts";
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
  const all = presets(today);
  const shown = all.find(([, { from, to }]) => from === range.from && to === range.to)?.[0] ?? null;
  const show = (next: Range) =>
    void navigate({
      to: "/billing",
      search: { tab: "usage", ...next },
      resetScroll: false,
      replace: true,
    });
  const change = (part: Partial<Range>) => {
    const next = { ...typed, ...part };
    setTyped(next);
    if (rangeProblem(next) === null) show(next);
  };
  return (
    <section aria-label="Days shown" className="grid gap-3">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <Segments
          label="Common ranges"
          className="max-sm:grid max-sm:w-full max-sm:grid-cols-2"
          value={shown}
          options={all.map(([name]) => [name, name] as const)}
          onChange={(name) => show(Object.fromEntries(all)[name] ?? range)}
        />
        <div className="grid grid-cols-[repeat(2,minmax(0,1fr))] gap-3 max-sm:w-full">
          <Field label="First day">
            <Input
              type="date"
              value={typed.from}
              max={today}
              aria-invalid={problem !== null || undefined}
              onChange={({ target }) => change({ from: target.value })}
              className="num max-[359px]:px-2"
            />
          </Field>
          <Field label="Last day">
            <Input
              type="date"
              value={typed.to}
              max={today}
              aria-invalid={problem !== null || undefined}
              onChange={({ target }) => change({ to: target.value })}
              className="num max-[359px]:px-2"
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
