// Form fields: a visible label, what is expected, and what is wrong, all tied together.

import { createContext, type ComponentProps, type ReactNode, useContext, useId } from "react";
import { cx } from "./basics.tsx";

interface FieldIds {
  id: string;
  described: string | undefined;
  invalid: boolean;
}
const FieldContext = createContext<FieldIds | null>(null);

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null;
  children: ReactNode;
  className?: string;
  hideLabel?: boolean;
}

/** A label and its one control, with a hint or the error below it. */
export function Field({ label, hint, error, children, className, hideLabel }: FieldProps) {
  const id = useId();
  const described = cx(hint != null && `${id}-hint`, error && `${id}-error`) || undefined;
  return (
    <FieldContext value={{ id, described, invalid: Boolean(error) }}>
      <div className={cx("grid content-start gap-1.5", className)}>
        <label htmlFor={id} className={hideLabel ? "sr-only" : "text-label font-medium"}>
          {label}
        </label>
        {children}
        {hint != null && (
          <p id={`${id}-hint`} className="text-label text-mute">
            {hint}
          </p>
        )}
        {error && (
          <p id={`${id}-error`} role="alert" className="text-label text-bad">
            {error}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

const CONTROL =
  "w-full rounded-control border border-line2 bg-surface px-3 text-ink placeholder:text-mute " +
  "transition-colors hover:border-mute aria-invalid:border-bad disabled:bg-sunk " +
  "disabled:opacity-70";

function useField() {
  const field = useContext(FieldContext);
  return field
    ? {
        id: field.id,
        "aria-describedby": field.described,
        "aria-invalid": field.invalid || undefined,
      }
    : {};
}

export const Input = ({ className, ...rest }: ComponentProps<"input">) => (
  <input
    {...useField()}
    className={cx(CONTROL, "h-9 max-md:h-11 max-md:text-read", className)}
    {...rest}
  />
);
export const TextArea = ({ className, ...rest }: ComponentProps<"textarea">) => (
  <textarea
    {...useField()}
    className={cx(CONTROL, "py-2 font-mono text-label", className)}
    {...rest}
  />
);
export const Select = ({ className, ...rest }: ComponentProps<"select">) => (
  <select
    {...useField()}
    className={cx(CONTROL, "h-9 max-md:h-11 max-md:text-read", className)}
    {...rest}
  />
);

/** A checkbox with its label. */
export function CheckBox({
  label,
  className,
  ...rest
}: ComponentProps<"input"> & { label: ReactNode }) {
  return (
    <label className={cx("flex min-h-7 items-center gap-2.5 max-md:min-h-9", className)}>
      <input type="checkbox" className="size-4 accent-(--brand)" {...rest} />
      <span>{label}</span>
    </label>
  );
}

/**
 * The app's one segmented control: radio buttons in a row, so the arrow keys work. A `value` that
 * is no option checks none, as where a field beside it takes others. `fill` shares the row evenly.
 */
export function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
  fill = false,
  className,
}: {
  label: string;
  value: T | null;
  options: readonly (readonly [T, ReactNode])[];
  onChange: (value: T) => void;
  fill?: boolean;
  className?: string;
}) {
  const name = useId();
  return (
    <fieldset className={cx("segments", fill && "w-full", className)}>
      <legend className="sr-only">{label}</legend>
      {options.map(([option, text]) => (
        <label key={option} className={cx("segment", fill && "flex-1")}>
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={value === option}
            onChange={() => onChange(option)}
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
