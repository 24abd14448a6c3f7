// The signed-in person: their details, the theme, their password and keys, signing out.

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { planName } from "../../lib/names.ts";
import {
  Badge,
  Button,
  Card,
  ErrorNote,
  Facts,
  Failed,
  PageHead,
  Segments,
  Skeleton,
} from "../../ui/index.ts";
import { ModeBadge } from "../../ui/brand.tsx";
import { setTheme, useTheme } from "../../ui/theme.ts";
import { useTitle } from "../../ui/title.ts";
import { useSignOut } from "../../nouns/session/sign-out.ts";
import { Keys } from "./keys.tsx";

type Me = Shape<"MeView">;
const LINK = "font-medium text-brand-ink underline underline-offset-2";

export function Account() {
  useTitle("Account");
  const me = useQuery(queries.me());
  return (
    <>
      <PageHead title="Account" />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_360px]">
        <div className="grid gap-5">
          <Card title="Profile">
            {me.data ? (
              <Profile me={me.data} />
            ) : me.isError ? (
              <Failed what="Your profile" error={me.error} retry={me.refetch} />
            ) : (
              <ProfileSkeleton />
            )}
          </Card>
          <Keys />
        </div>
        <div className="grid gap-5">
          <Appearance />
          <Password email={me.data?.email} />
          <SignOut />
        </div>
      </div>
    </>
  );
}

function Profile({ me: { name, email, email_verified, role, plan, tenant } }: { me: Me }) {
  return (
    <Facts
      of={[
        ["Name", name],
        [
          "Email",
          <Beside key="email" value={email}>
            {email_verified ? <Badge state="ok">Verified</Badge> : <Badge>Not verified</Badge>}
          </Beside>,
        ],
        ["Role", role === "admin" ? "Administrator" : "User"],
        [
          "Plan",
          <Beside key="plan" value={planName(plan.id)}>
            <Link
              to="/billing"
              search={{ tab: "plan" }}
              className={`-my-2 inline-block py-2 ${LINK}`}
            >
              Change the plan
            </Link>
          </Beside>,
        ],
        [
          "Tenant",
          <Beside key="tenant" value={tenant.name}>
            <ModeBadge mode={tenant.mode} />
          </Beside>,
        ],
      ]}
    />
  );
}

const Beside = ({ value, children }: { value: string; children: ReactNode }) => (
  <span className="inline-flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
    <span className="min-w-0 break-all">{value}</span>
    {children}
  </span>
);

const ProfileSkeleton = () => (
  <div className="grid gap-3">
    <output className="sr-only">Loading your profile</output>
    {[0, 1, 2, 3, 4].map((row) => (
      <div key={row} className="flex justify-between">
        <Skeleton className="h-3.5 w-20" />
        <Skeleton className="h-3.5 w-40" />
      </div>
    ))}
  </div>
);

function Appearance() {
  return (
    <Card title="Appearance">
      <div className="flex items-center justify-between gap-3">
        <span className="text-mute">Theme on this device</span>
        <Segments
          label="Theme"
          value={useTheme()}
          options={
            [
              ["light", "Light"],
              ["dark", "Dark"],
            ] as const
          }
          onChange={setTheme}
        />
      </div>
    </Card>
  );
}

/** An act with its button, and below it what went wrong. */
function Act({
  label,
  act,
  disabled,
}: {
  label: string;
  act: () => Promise<unknown>;
  disabled?: boolean;
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (caught) {
      setError(messageOf(caught));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        busy={busy}
        disabled={disabled}
        onClick={() => void run()}
        className="justify-self-start"
      >
        {label}
      </Button>
      {error && <ErrorNote>{error}</ErrorNote>}
    </>
  );
}

function Password({ email }: { email: string | undefined }) {
  const navigate = useNavigate();
  const mail = async () => {
    if (!email) return;
    await answer(api.POST("/api/v2/auth/password/forgot", { body: { email } }));
    await navigate({ to: "/reset", state: { email, mailedAt: Date.now() } });
  };
  return (
    <Card title="Password">
      <div className="grid gap-3">
        <p className="text-mute">
          We mail you a code for choosing a new password, which ends all your sessions.
        </p>
        <Act label="Mail me a code" act={mail} disabled={!email} />
      </div>
    </Card>
  );
}

function SignOut() {
  const signOut = useSignOut();
  return (
    <Card title="Session">
      <div className="grid gap-3">
        <p className="text-mute">
          Signing out ends the session in this browser. Your pods keep running.
        </p>
        <Act label="Sign out" act={signOut} />
      </div>
    </Card>
  );
}
