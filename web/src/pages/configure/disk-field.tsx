// The size of the pod's disk, by slider and by number, within the cloud's limits.

import { useEffect, useId, useState } from "react";
import { rate } from "../../lib/money.ts";
import { Field, Input } from "../../ui/index.ts";
import type { DiskRange } from "./limits.ts";

interface DiskFieldProps {
  value: number | null;
  range: DiskRange;
  ratePerGib: number;
  error: string | null;
  onChange: (size: number | null) => void;
  /** Whether what is typed is a number at all. */
  onReadable: (readable: boolean) => void;
}

/** A number of GiB; longer ones are past any cloud's limit. */
const WHOLE = /^\d{1,9}$/;

const gib = (size: number) => size.toLocaleString("en-US");

/** A `value` of null is the least possible. What is no number is reported and kept as typed. */
export function DiskField({
  value,
  range: { least, most, included },
  ratePerGib,
  error,
  onChange,
  onReadable,
}: DiskFieldProps) {
  const size = value ?? least;
  const [typed, setTyped] = useState(String(size));
  const slider = useId();
  useEffect(() => setTyped((text) => (Number(text) === size ? text : String(size))), [size]);
  const readable = WHOLE.test(typed.trim());
  useEffect(() => onReadable(readable), [readable, onReadable]);
  const type = (text: string) => {
    setTyped(text);
    if (WHOLE.test(text.trim())) onChange(Number(text));
  };
  if (least === most && value === null)
    return (
      <p className="num">
        This machine comes with {gib(most)} GiB of disk, included in its price. The size is fixed.
      </p>
    );
  return (
    <div className="grid gap-3">
      <div className="grid items-start gap-x-5 gap-y-2 sm:grid-cols-[minmax(0,1fr)_140px]">
        <div className="grid gap-1 max-sm:order-2 sm:pt-7">
          <label htmlFor={slider} className="sr-only">
            Disk, slider
          </label>
          <input
            id={slider}
            type="range"
            min={least}
            max={Math.max(least, most)}
            value={Math.min(Math.max(size, least), most)}
            aria-valuetext={`${gib(size)} GiB`}
            onChange={(event) => type(event.target.value)}
            className="h-7 w-full accent-(--brand) max-md:h-9"
          />
          <span className="num flex justify-between text-label text-mute" aria-hidden>
            <span>{gib(least)} GiB</span>
            <span>{gib(most)} GiB</span>
          </span>
        </div>
        <Field label="Disk in GiB" error={error}>
          <Input
            inputMode="numeric"
            value={typed}
            onChange={(event) => type(event.target.value)}
            autoComplete="off"
          />
        </Field>
      </div>
      <p className="num text-label text-mute">
        This cloud offers up to {gib(most)} GiB. The first {gib(included)} GiB{" "}
        {included === 1 ? "is" : "are"} included; each further 100 GiB costs{" "}
        {rate(ratePerGib * 100)} an hour before our fee.
      </p>
    </div>
  );
}
