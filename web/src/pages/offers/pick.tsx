// Lists of options for filters: any of many, or one of a few.

import { Search } from "lucide-react";
import { useId, useState } from "react";
import { CheckBox, cx, Field, Input } from "../../ui/index.ts";
import type { Option } from "./options.ts";

interface PickManyProps {
  label: string;
  options: readonly Option[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  loading: boolean;
  /** The name of a chosen value that is not among the options. */
  nameOf?: (value: string) => string;
}

const SEARCHED_FROM = 8;
const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/**
 * Checkboxes, with a search above them where there are many; chosen options stay listed even when
 * not on offer.
 */
export function PickMany({
  label,
  options,
  chosen,
  onChange,
  loading,
  nameOf = (value) => value,
}: PickManyProps) {
  const [typed, setTyped] = useState("");
  const unknown = chosen
    .filter((value) => !options.some((option) => same(option.value, value)))
    .map((value) => ({ value, label: nameOf(value), note: "none now" }));
  const all: readonly Option[] = [...unknown, ...options];
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = all.filter(({ value, label: text }) =>
    words.every((word) => `${value} ${text}`.toLowerCase().includes(word)),
  );
  const toggle = (value: string, on: boolean) =>
    onChange(on ? [...chosen, value] : chosen.filter((other) => !same(other, value)));
  return (
    <div className="grid gap-2">
      {all.length > SEARCHED_FROM && (
        <Field label={`Search ${label}`} hideLabel>
          <Input
            type="search"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            placeholder={`Search ${label}`}
            autoComplete="off"
          />
        </Field>
      )}
      <fieldset className="max-h-72 overflow-y-auto pr-1">
        <legend className="sr-only">{label}</legend>
        {shown.map(({ value, label: text, note }) => (
          <CheckBox
            key={value}
            checked={chosen.some((one) => same(one, value))}
            onChange={(event) => toggle(value, event.target.checked)}
            className="[&>span]:flex-1"
            label={
              <span className="flex justify-between gap-3">
                <span>{text}</span>
                {note && <span className="num text-mute">{note}</span>}
              </span>
            }
          />
        ))}
        {shown.length === 0 && (
          <p className="flex items-center gap-2 py-3 text-mute">
            <Search size={14} aria-hidden />
            {loading ? "Loading" : "Nothing by that name"}
          </p>
        )}
      </fieldset>
      {chosen.length > 0 && (
        <button
          type="button"
          className="justify-self-start rounded-sm py-1 font-medium text-brand-ink hover:underline"
          onClick={() => onChange([])}
        >
          Clear
        </button>
      )}
    </div>
  );
}

interface PickOneProps<T extends string> {
  label: string;
  options: readonly (readonly [T, string])[];
  value: T;
  onChange: (value: T) => void;
  className?: string;
}

/** Radio buttons, one below the other. */
export function PickOne<T extends string>({
  label,
  options,
  value,
  onChange,
  className,
}: PickOneProps<T>) {
  const name = useId();
  return (
    <fieldset className={cx("max-h-80 overflow-y-auto", className)}>
      <legend className="sr-only">{label}</legend>
      {options.map(([option, text]) => (
        <label key={option} className="flex min-h-7 items-center gap-2.5 max-lg:min-h-9">
          <input
            type="radio"
            name={name}
            className="size-4 accent-(--brand)"
            checked={value === option}
            onChange={() => onChange(option)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
