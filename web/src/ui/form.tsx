// A form's values and what is wrong with them: shown when a field is left or the form is sent, gone
// as soon as it is put right. A form is never sent twice at once.

import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { codeOf, messageOf } from "../api/errors.ts";
import { ErrorNote } from "./states.tsx";

/** What is wrong with a value, or null. */
export type Check<Name extends string> = (
  value: string,
  values: Readonly<Record<Name, string>>,
) => string | null;

interface Options<Name extends string> {
  checks: Partial<Record<Name, Check<Name>>>;
  /** Which field a refusal's code is about; other refusals are about the whole form. */
  codes?: Record<string, Name>;
}

/** What ties a control to its value. */
export interface Bound {
  name: string;
  value: string;
  onBlur: () => void;
  onChange: (event: { target: { value: string } }) => void;
}

export interface FormState<Name extends string> {
  values: Readonly<Record<Name, string>>;
  errors: Readonly<Partial<Record<Name, string>>>;
  /** What is wrong with the form as a whole. */
  failure: string | null;
  busy: boolean;
  set: (name: Name, value: string) => void;
  /** The properties of a field's control. */
  bind: (name: Name) => Bound;
  /** Marks a field as wrong and gives it the focus. */
  refuse: (name: Name, message: string) => void;
  /** A submit handler that runs `act` when nothing is wrong, and shows what it throws. */
  submit: (
    act: (values: Readonly<Record<Name, string>>) => Promise<unknown>,
  ) => (event: FormEvent) => void;
}

/**
 * `pointOut` gives the first wrong field of the form that was `sent` the focus, once it is marked.
 */
function useFirstWrong() {
  const [refusals, setRefusals] = useState(0);
  const sent = useRef<HTMLElement>(null);
  useEffect(() => {
    if (refusals > 0) sent.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refusals]);
  return { sent, pointOut: () => setRefusals((count) => count + 1) };
}

export function useForm<Name extends string>(
  initial: Record<Name, string>,
  { checks, codes = {} }: Options<Name>,
): FormState<Name> {
  type Errors = Partial<Record<Name, string>>;
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { sent, pointOut } = useFirstWrong();
  const running = useRef(false);

  const wrong = (name: Name, all: Record<Name, string>) =>
    checks[name]?.(all[name], all) ?? undefined;
  const show = (all: Errors) => {
    setErrors(all);
    pointOut();
  };
  const set = (name: Name, value: string) => {
    setValues((all) => ({ ...all, [name]: value }));
    setFailure(null);
    if (errors[name])
      setErrors((shown) => ({ ...shown, [name]: wrong(name, { ...values, [name]: value }) }));
  };
  const refuse = (name: Name, message: string) => show({ [name]: message } as Errors);
  const run = async (act: (values: Record<Name, string>) => Promise<unknown>) => {
    running.current = true;
    setBusy(true);
    setFailure(null);
    try {
      await act(values);
    } catch (error) {
      const name = codes[codeOf(error) ?? ""];
      if (name) refuse(name, messageOf(error));
      else setFailure(messageOf(error));
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return {
    values,
    errors,
    failure,
    busy,
    set,
    refuse,
    bind: (name) => ({
      name,
      value: values[name],
      onChange: ({ target }) => set(name, target.value),
      // What the API refused stays marked until it is changed.
      onBlur: () => {
        if (values[name] !== "")
          setErrors((shown) => ({ ...shown, [name]: wrong(name, values) ?? shown[name] }));
      },
    }),
    submit: (act) => (event) => {
      event.preventDefault();
      if (running.current) return;
      sent.current = event.currentTarget as HTMLElement;
      const names = Object.keys(values) as Name[];
      const all = Object.fromEntries(names.map((name) => [name, wrong(name, values)])) as Errors;
      if (names.some((name) => all[name])) show(all);
      else {
        setErrors({});
        void run(act);
      }
    },
  };
}

interface FormProps<Name extends string> {
  of: FormState<Name>;
  act: (values: Readonly<Record<Name, string>>) => Promise<unknown>;
  children: ReactNode;
  footer: ReactNode;
  className?: string;
  label?: string;
  /** Focuses the first empty field, on pages whose purpose is the form. */
  focusFirst?: boolean;
}

/** A form of `useForm`; what is wrong with it as a whole is shown below its fields. */
export function Form<Name extends string>({
  of,
  act,
  children,
  footer,
  className = "grid grid-cols-1 gap-4",
  label,
  focusFirst = false,
}: FormProps<Name>) {
  const ref = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (focusFirst)
      Array.from(ref.current?.querySelectorAll<HTMLInputElement>("input, textarea") ?? [])
        .find((field) => !field.hidden && field.value === "")
        ?.focus();
  }, [focusFirst]);
  return (
    <form ref={ref} noValidate onSubmit={of.submit(act)} className={className} aria-label={label}>
      {children}
      {of.failure && <ErrorNote>{of.failure}</ErrorNote>}
      {footer}
    </form>
  );
}
