// A new password, set with the mailed code.

import { Link } from "@tanstack/react-router";
import { answer, api } from "../../api/client.ts";
import { mayHaveSession } from "../../api/session.ts";
import { Button, Form, toast, useForm } from "../../ui/index.ts";
import { codeProblem, emailProblem, passwordProblem, plainCode } from "./checks.ts";
import {
  AuthPage,
  CodeField,
  EmailField,
  KnownEmail,
  LINK,
  LocalMailbox,
  PasswordField,
  useHandedOn,
} from "./parts.tsx";
import { Resend } from "./resend.tsx";
import { useSignIn } from "./sign-in.ts";

export function Reset() {
  const { email: known, mailedAt } = useHandedOn();
  const signIn = useSignIn();
  const form = useForm(
    { email: known ?? "", code: "", password: "" },
    {
      checks: {
        email: emailProblem,
        code: codeProblem,
        password: (password, { email }) => passwordProblem(password, email),
      },
      codes: { email_invalid: "email", code_invalid: "code", password_invalid: "password" },
    },
  );
  const email = form.values.email.trim();
  const change = async ({ code, password }: { code: string; password: string }) => {
    await answer(
      api.POST("/api/v2/auth/password/reset", {
        body: { email, code: plainCode(code), new_password: password },
      }),
    );
    toast("Your password has been changed.");
    await signIn(email, password, "/overview");
  };
  return (
    <AuthPage
      title="Choose a new password"
      intro={
        known ? (
          <>
            If <strong className="font-medium break-words text-ink">{known}</strong> has an account,
            a code is on its way there.
          </>
        ) : (
          "Enter the code we emailed you."
        )
      }
      below={
        <>
          <LocalMailbox email={email} />
          <p>
            {mayHaveSession() ? (
              <Link to="/account" className={LINK}>
                Back to your account
              </Link>
            ) : (
              <Link to="/login" state={{ email }} className={LINK}>
                Back to sign in
              </Link>
            )}
          </p>
        </>
      }
    >
      <Form
        of={form}
        focusFirst
        act={change}
        footer={
          <Button type="submit" tone="primary" size="large" busy={form.busy} className="w-full">
            Change password
          </Button>
        }
      >
        {known ? (
          <KnownEmail email={known} />
        ) : (
          <EmailField bind={form.bind("email")} error={form.errors.email} />
        )}
        <CodeField bind={form.bind("code")} error={form.errors.code} />
        <PasswordField
          bind={form.bind("password")}
          error={form.errors.password}
          label="New password"
          fresh
        />
      </Form>
      {known && (
        <Resend
          mailedAt={mailedAt}
          send={() => answer(api.POST("/api/v2/auth/password/forgot", { body: { email: known } }))}
        />
      )}
    </AuthPage>
  );
}
