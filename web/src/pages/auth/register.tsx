// Creating an account, with the plan that was chosen on the landing page.

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answer, api } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { FIRST_OFFERS } from "../../lib/first-offers.ts";
import { usd } from "../../lib/money.ts";
import { planName } from "../../lib/names.ts";
import { type Interval, perMonth, priceOf } from "../../lib/plan-price.ts";
import { Button, ErrorNote, Field, Form, Input, Skeleton, useForm } from "../../ui/index.ts";
import { emailProblem, NAME_MAX, nameProblem, passwordProblem } from "./checks.ts";
import { handOn, useNext } from "./next.ts";
import { AuthPage, EmailField, LINK, PasswordField, SignedOutOnly } from "./parts.tsx";
import { holdPassword, useSignIn } from "./sign-in.ts";

const route = getRouteApi("/entry/register");

export function Register() {
  const { plan, interval = "month", next: path } = route.useSearch();
  const next = useNext(path);
  const paid = plan && plan !== "free";
  const after = paid ? `/pay?plan=${plan}&interval=${interval}` : (next ?? FIRST_OFFERS);
  return (
    <SignedOutOnly next={after}>
      <RegisterForm plan={plan ?? "free"} interval={interval} after={after} />
    </SignedOutOnly>
  );
}

interface Props {
  plan: "free" | "pro" | "enterprise";
  interval: Interval;
  after: string;
}

function RegisterForm({ plan, interval, after }: Props) {
  const navigate = useNavigate();
  const signIn = useSignIn();
  const [taken, setTaken] = useState(false);
  const form = useForm(
    { name: "", email: "", password: "" },
    {
      checks: {
        name: nameProblem,
        email: emailProblem,
        password: (password, { email }) => passwordProblem(password, email),
      },
      codes: { name_invalid: "name", email_invalid: "email", password_invalid: "password" },
    },
  );
  const email = form.values.email.trim();
  const register = async ({ name, password }: { name: string; password: string }) => {
    setTaken(false);
    const answered = await answer(
      api.POST("/api/v2/auth/register", { body: { name: name.trim(), email, password, plan } }),
    );
    if (answered.next === "verify") {
      holdPassword(email, password);
      await navigate({ to: "/verify", ...handOn(after), state: { email, mailedAt: Date.now() } });
      return;
    }
    try {
      await signIn(email, password, after);
    } catch (error) {
      // The answer does not reveal whether the address had an account; if it had, its old password
      // counts.
      if (codeOf(error) !== "credentials_invalid") throw error;
      setTaken(true);
    }
  };
  return (
    <AuthPage
      title="Create your account"
      below={
        <>
          <p>
            Already have an account?{" "}
            <Link
              to="/login"
              {...handOn(after === FIRST_OFFERS ? undefined : after)}
              state={{ email }}
              className={LINK}
            >
              Sign in
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
        act={register}
        footer={
          <Button type="submit" tone="primary" size="large" busy={form.busy} className="w-full">
            {plan === "free" ? "Create account" : "Continue to payment"}
          </Button>
        }
      >
        {plan !== "free" && <Chosen plan={plan} interval={interval} />}
        <Field label="Name" error={form.errors.name}>
          <Input {...form.bind("name")} autoComplete="name" maxLength={NAME_MAX * 2} />
        </Field>
        <EmailField bind={form.bind("email")} error={form.errors.email} />
        <PasswordField bind={form.bind("password")} error={form.errors.password} fresh />
        {taken && (
          <ErrorNote>
            This address may already have an account.{" "}
            <Link
              to="/login"
              {...handOn(after)}
              state={{ email }}
              className="font-semibold underline"
            >
              Sign in instead
            </Link>
          </ErrorNote>
        )}
      </Form>
    </AuthPage>
  );
}

/** The plan chosen before, what it costs, and when it is charged. */
function Chosen({ plan, interval }: { plan: Props["plan"]; interval: Interval }) {
  const chosen = useQuery(queries.plans()).data?.items.find(({ id }) => id === plan);
  return (
    <div className="grid gap-1 rounded-control bg-sunk px-3 py-2.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <p className="font-semibold">
          {planName(plan)}, {interval === "year" ? "annual" : "monthly"}
        </p>
        {chosen ? (
          <p className="num">
            {usd(priceOf(chosen, interval))} a {interval}
            {interval === "year" && (
              <span className="text-mute"> ({usd(perMonth(chosen, interval))} a month)</span>
            )}
          </p>
        ) : (
          <Skeleton className="h-3.5 w-24" />
        )}
      </div>
      <p className="text-label text-mute">
        You pay on the next page.{" "}
        <a href="/#plans" className={LINK}>
          Compare plans
        </a>
      </p>
    </div>
  );
}
