// What a machine costs for some hours of use a day.

import { useState } from "react";
import { Field, Input } from "../../ui/fields.tsx";
import { Sums, type SumsOf } from "./price.tsx";

const HOURS_USUAL = "8";
const DAYS_A_MONTH = 730 / 24;

/** The typed hours per day, or null when they are not between 0 and 24. */
export function parseHours(text: string): number | null {
  const hours = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && hours >= 0 && hours <= 24 ? hours : null;
}

/** What it costs to run for some hours a day and be stopped for the rest. */
export function costOfUse(rate: number, stoppedRate: number, hours: number): SumsOf {
  const day = rate * hours + stoppedRate * (24 - hours);
  return {
    rate_usd_micros_per_hour: rate,
    day_usd_micros: Math.round(day),
    month_usd_micros: Math.round(day * DAYS_A_MONTH),
  };
}

/** Asks for the hours per day and shows the sums; `stopped` is the rate for the other hours. */
export function HoursOfUse({ rate, stopped = 0 }: { rate: number; stopped?: number }) {
  const [typed, setTyped] = useState(HOURS_USUAL);
  const hours = parseHours(typed);
  return (
    <div className="grid gap-3">
      <Field
        label="Hours per day"
        error={hours === null ? "A day has 0 to 24 hours." : null}
        hint={
          stopped > 0
            ? "Running; for the rest of the day it is stopped and keeps its disk."
            : undefined
        }
      >
        <Input
          inputMode="decimal"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
        />
      </Field>
      {hours !== null && <Sums price={costOfUse(rate, stopped, hours)} />}
    </div>
  );
}
