// Signing in.

import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Form, useForm } from "../../ui/index.ts";
import { emailProblem } from "./checks.ts";
import { handOn, useNext } from "./next.ts";
import { AuthPage, EmailField, LINK, PasswordField, SignedOutOnly, useHandedOn } from "./parts.tsx";
import { useSignIn } from "./sign-in.ts";

const route = getRouteApi("/entry/login");

export function Login() {
  const next = useNext(route.useSearch().next);
  return (
    <SignedOutOnly next={next ?? "/overview"}>
      <LoginForm next={next} />
    </SignedOutOnly>
  );
}

function LoginForm({ next }: { next: string | undefined }) {
  const { email: known } = useHandedOn();
  const signIn = useSignIn();
  const form = useForm(
    { email: known ?? "", password: "" },
    {
      checks: {
        email: emailProblem,
        password: (text) => (text === "" ? "Enter your password." : null),
      },
    },
  );
  const email = form.values.email.trim();
  return (
    <AuthPage
      title="Sign in"
      intro={next && "Sign in to continue."}
      below={
        <>
          <p>
            No account yet?{" "}
            <Link to="/register" {...handOn(next)} className={LINK}>
              Create one
            </Link>
          </p>
          <p>
            <Link to="/offers" className={LINK}>
              Keep browsing without an account
            </Link>
          </p>
        </>
      }
    >
      <Form
        of={form}
        focusFirst
        act={({ password }) => signIn(email, password, next ?? "/overview")}
        footer={
          <Button type="submit" tone="primary" size="large" busy={form.busy} className="w-full">
            Sign in
          </Button>
        }
      >
        <EmailField bind={form.bind("email")} error={form.errors.email} />
        <PasswordField bind={form.bind("password")} error={form.errors.password} />
        <p className="-my-2 text-right">
          <Link to="/forgot" state={{ email }} className={`inline-block py-2 ${LINK}`}>
            Forgot your password?
          </Link>
        </p>
      </Form>
    </AuthPage>
  );
}
