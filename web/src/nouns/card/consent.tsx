// Whether a card may be kept: nothing is stored before its owner has agreed to it in so many words.

import { useId } from "react";
import { CheckBox } from "../../ui/fields.tsx";

/** What is asked, and whether the card is of no use without it. */
export interface ConsentTo {
  text: string;
  required: boolean;
}

export const CONSENT_MISSING = "Agree to this first: the card is kept for it.";

interface Props extends ConsentTo {
  agreed: boolean;
  onChange: (agreed: boolean) => void;
  error: string | null | undefined;
}

export function Consent({ text, required, agreed, onChange, error }: Props) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <CheckBox
        className="!items-start [&>input]:mt-0.5 [&>input]:shrink-0"
        label={text}
        checked={agreed}
        required={required}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? id : undefined}
        onChange={({ target }) => onChange(target.checked)}
      />
      {error && (
        <p id={id} role="alert" className="text-label text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
