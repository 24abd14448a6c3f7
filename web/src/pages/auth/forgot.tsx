// A forgotten password: a code is mailed to the address.

import { Link, useNavigate } from "@tanstack/react-router";
import { answer, api } from "../../api/client.ts";
import { Button, Form, useForm } from "../../ui/index.ts";
import { emailProblem } from "./checks.ts";
import { AuthPage, EmailField, LINK, useHandedOn } from "./parts.tsx";

export function Forgot() {
  const { email: known } = useHandedOn();
  const navigate = useNavigate();
  const form = useForm(
    { email: known ?? "" },
    { checks: { email: emailProblem }, codes: { email_invalid: "email" } },
  );
  const email = form.values.email.trim();
  const mail = async () => {
    await answer(api.POST("/api/v2/auth/password/forgot", { body: { email } }));
    await navigate({ to: "/reset", state: { email, mailedAt: Date.now() } });
  };
  return (
    <AuthPage
      title="Forgot your password?"
      intro="We will email you a code to choose a new password."
      below={
        <p>
          <Link to="/login" state={{ email }} className={LINK}>
            Back to sign in
          </Link>
        </p>
      }
    >
      <Form
        of={form}
        focusFirst
        act={mail}
        footer={
          <Button type="submit" tone="primary" size="large" busy={form.busy} className="w-full">
            Email me a code
          </Button>
        }
      >
        <EmailField bind={form.bind("email")} error={form.errors.email} />
      </Form>
    </AuthPage>
  );
}
