// What the pages before the console share: their frame, and the fields of an account.

import { useNavigate, useRouterState } from "@tanstack/react-router";
import { Eye, EyeOff } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { mayHaveSession } from "../../api/session.ts";
import { localMailbox } from "../../lib/mailbox.ts";
import { type Bound, Field, Input, PageHead } from "../../ui/index.ts";
import { useTitle } from "../../ui/title.ts";
import { PASSWORD_MAX, PASSWORD_MIN } from "./checks.ts";

export const LINK = "font-medium text-brand-ink underline underline-offset-2";

export function AuthPage({
  title,
  intro,
  children,
  below,
}: {
  title: string;
  intro?: ReactNode;
  children: ReactNode;
  below?: ReactNode;
}) {
  useTitle(title);
  return (
    <>
      <PageHead title={title} />
      {intro && <div className="-mt-3 mb-5 text-read text-mute">{intro}</div>}
      <div className="card p-4 md:p-6">{children}</div>
      {below && (
        <div className="mt-5 grid gap-1 text-center text-mute [&_a]:inline-block [&_a]:py-2">
          {below}
        </div>
      )}
    </>
  );
}

/**
 * Sends a person who was already signed in on to `next`; signing in on the page itself navigates by
 * itself.
 */
export function SignedOutOnly({ next, children }: { next: string; children: ReactNode }) {
  const [signedIn] = useState(mayHaveSession);
  const navigate = useNavigate();
  useEffect(() => {
    if (signedIn) void navigate({ href: next, replace: true });
  }, [signedIn, navigate, next]);
  return signedIn ? null : children;
}

/** The email address that another page passed on in the history, which no server sees. */
export const useHandedOn = () =>
  useRouterState({ select: ({ location: { state } }) => state, structuralSharing: true });

interface Control {
  bind: Bound;
  error: string | undefined;
}

export function EmailField({ bind, error }: Control) {
  return (
    <Field label="Email" error={error}>
      <Input
        {...bind}
        type="email"
        autoComplete="username"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
      />
    </Field>
  );
}

/** A password, shown or hidden; a `fresh` one shows what it must be like. */
export function PasswordField({
  bind,
  error,
  label = "Password",
  fresh = false,
}: Control & { label?: string; fresh?: boolean }) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={label}
      error={error}
      hint={fresh && !error ? `${PASSWORD_MIN} to ${PASSWORD_MAX} characters` : undefined}
    >
      <div className="relative">
        <Input
          {...bind}
          type={shown ? "text" : "password"}
          autoComplete={fresh ? "new-password" : "current-password"}
          autoCapitalize="none"
          spellCheck={false}
          className="pr-11"
        />
        <button
          type="button"
          aria-label="Show the password"
          aria-pressed={shown}
          title={shown ? "Hide the password" : "Show the password"}
          onClick={() => setShown(!shown)}
          className={
            "absolute inset-y-0 right-0 inline-flex w-10 items-center justify-center " +
            "rounded-control text-mute hover:text-ink"
          }
        >
          {shown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
        </button>
      </div>
    </Field>
  );
}

export function CodeField({ bind, error }: Control) {
  return (
    <Field label="Code from the email" error={error} hint={error ? undefined : "Six digits"}>
      <Input
        {...bind}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={12}
        className="num h-11 text-card tracking-[0.2em]"
      />
    </Field>
  );
}

/** For password managers, where the address is known and not asked for again. */
export const KnownEmail = ({ email }: { email: string }) => (
  <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
);

/** A link to the mailbox of the product run on one machine. */
export function LocalMailbox({ email }: { email: string }) {
  const mailbox = localMailbox(email);
  return (
    mailbox && (
      <p>
        <a href={mailbox} target="_blank" rel="noreferrer" className={LINK}>
          Open the local mailbox
        </a>
      </p>
    )
  );
}
