// Verifying the address with the mailed code. Whoever verifies it chooses the password, so one
// that was typed a moment ago is kept, and asked for again only after a reload.

import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { answer, api } from "../../api/client.ts";
import { FIRST_OFFERS } from "../../lib/first-offers.ts";
import { Button, Form, toast, useForm } from "../../ui/index.ts";
import { codeProblem, emailProblem, passwordProblem, plainCode } from "./checks.ts";
import { handOn, useNext } from "./next.ts";
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
import { heldPassword, useSignIn } from "./sign-in.ts";

const route = getRouteApi("/entry/verify");

export function Verify() {
  const next = useNext(route.useSearch().next);
  const { email: known, mailedAt } = useHandedOn();
  const [held] = useState(() => heldPassword(known));
  const signIn = useSignIn();
  const form = useForm(
    { email: known ?? "", code: "", password: held ?? "" },
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
  const verify = async ({ code, password }: { code: string; password: string }) => {
    await answer(
      api.POST("/api/v2/auth/verify", { body: { email, code: plainCode(code), password } }),
    );
    toast("Your email is verified.");
    await signIn(email, password, next ?? FIRST_OFFERS);
  };
  return (
    <AuthPage
      title="Verify your email"
      intro={
        known ? (
          <>
            We emailed a code to{" "}
            <strong className="font-medium break-words text-ink">{known}</strong>.
          </>
        ) : (
          "Enter the code we emailed you."
        )
      }
      below={
        <>
          <LocalMailbox email={email} />
          <p>
            Already have an account?{" "}
            <Link to="/login" {...handOn(next)} state={{ email }} className={LINK}>
              Sign in
            </Link>
          </p>
        </>
      }
    >
      <Form
        of={form}
        focusFirst
        act={verify}
        footer={
          <Button type="submit" tone="primary" size="large" busy={form.busy} className="w-full">
            Verify and sign in
          </Button>
        }
      >
        {known ? (
          <KnownEmail email={known} />
        ) : (
          <EmailField bind={form.bind("email")} error={form.errors.email} />
        )}
        <CodeField bind={form.bind("code")} error={form.errors.code} />
        {held === null && (
          <PasswordField
            bind={form.bind("password")}
            error={form.errors.password}
            label="Password for your account"
            fresh
          />
        )}
      </Form>
      {known && (
        <Resend
          mailedAt={mailedAt}
          send={() => answer(api.POST("/api/v2/auth/resend", { body: { email: known } }))}
        />
      )}
    </AuthPage>
  );
}
