// The card form of a tenant without a Stripe account: it looks like a card form and takes test
// cards.

import { Button, Field, Form, Input, useForm } from "../../ui/index.ts";
import type { FormState } from "../../ui/form.tsx";
import { type CardFormProps, cardMessage, isCardError } from "./card.ts";
import { Consent, CONSENT_MISSING } from "./consent.tsx";
import {
  cvcProblem,
  expiryProblem,
  filledWith,
  grouped,
  numberProblem,
  TEST_CARDS,
  testCard,
} from "./test-cards.ts";

type FormProps = Omit<CardFormProps, "purpose">;

export function SandboxForm({ onCard, submitLabel, consent }: FormProps) {
  const form = useForm(
    { number: "", expiry: "", cvc: "", holder: "", keep: "" },
    {
      checks: {
        keep: (agreed) => (consent.required && agreed === "" ? CONSENT_MISSING : null),
        number: numberProblem,
        expiry: (text) => expiryProblem(text, new Date()),
        cvc: (text, { number }) => cvcProblem(text, number),
        holder: (text) =>
          text.trim() === "" ? "Enter the name on the card. Any name will do." : null,
      },
    },
  );
  const { errors, set } = form;
  const use = (number: string) => {
    const filled = filledWith(number, new Date());
    set("number", filled.number);
    set("expiry", filled.expiry);
    set("cvc", filled.cvc);
    if (form.values.holder.trim() === "") set("holder", "Test card");
  };
  const pay = async () => {
    const card = testCard(form.values.number);
    if (!card) return;
    try {
      await onCard(card.id, form.values.keep !== "");
    } catch (error) {
      if (!isCardError(error)) throw error;
      form.refuse("number", cardMessage(error));
    }
  };
  return (
    <Form
      of={form}
      act={pay}
      label="Card"
      footer={
        <Button type="submit" tone="primary" size="large" busy={form.busy} className="w-full">
          {submitLabel}
        </Button>
      }
    >
      <p className="rounded-control bg-warn-soft px-3 py-2 text-label text-warn">
        Only test cards work here. The number never leaves this page.
      </p>
      <Fields form={form} />
      <Consent
        {...consent}
        agreed={form.values.keep !== ""}
        onChange={(agreed) => set("keep", agreed ? "yes" : "")}
        error={errors.keep}
      />
      <TestCards onUse={use} />
    </Form>
  );
}

/** The browser must not fill in a real card here, so the fields do not say what they are. */
const PLAIN = { autoComplete: "off", inputMode: "numeric", spellCheck: false } as const;

function Fields({ form }: { form: FormState<"number" | "expiry" | "cvc" | "holder" | "keep"> }) {
  const typedNumber = ({ target }: { target: HTMLInputElement }) =>
    form.set(
      "number",
      target.selectionStart === target.value.length ? grouped(target.value) : target.value,
    );
  return (
    <>
      <Field label="Card number" error={form.errors.number}>
        <Input
          {...form.bind("number")}
          {...PLAIN}
          onChange={typedNumber}
          placeholder="4242 4242 4242 4242"
          className="num"
        />
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <Field label="Expires" error={form.errors.expiry}>
          <Input
            {...form.bind("expiry")}
            {...PLAIN}
            onChange={({ target }) =>
              form.set("expiry", withSlash(target.value, form.values.expiry))
            }
            placeholder="MM/YY"
            maxLength={9}
            className="num"
          />
        </Field>
        <Field label="CVC" error={form.errors.cvc}>
          <Input {...form.bind("cvc")} {...PLAIN} placeholder="123" maxLength={4} className="num" />
        </Field>
      </div>
      <Field label="Name on the card" error={form.errors.holder}>
        <Input {...form.bind("holder")} autoComplete="off" maxLength={100} />
      </Field>
    </>
  );
}

/** Inserts the slash after the month while a date is typed, not while it is deleted. */
function withSlash(text: string, before: string): string {
  return text.length > before.length && /^\d{2}$/.test(text) ? `${text}/` : text;
}

function TestCards({ onUse }: { onUse: (number: string) => void }) {
  return (
    <details className="rounded-control border border-line">
      <summary className="min-h-9 px-3 py-2 text-label font-medium">Test cards</summary>
      <ul className="border-t border-line">
        {TEST_CARDS.map(({ number, does }) => (
          <li
            key={number}
            className={
              "flex items-center justify-between gap-3 border-b border-line px-3 py-1 " +
              "last:border-0"
            }
          >
            <span className="min-w-0">
              <span className="num block font-mono text-label">{grouped(number)}</span>
              <span className="text-label text-mute">{does}</span>
            </span>
            <Button
              tone="quiet"
              size="small"
              onClick={() => onUse(number)}
              aria-label={`Use ${grouped(number)}, ${does}`}
            >
              Use
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
