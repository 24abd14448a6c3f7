// The signed-in person: their details, the theme, their password and keys, signing out.

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
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
  Confirm,
  ErrorNote,
  Facts,
  Failed,
  Loading,
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
  const keys = useQuery(queries.keys());
  return (
    <>
      <PageHead title="Account" />
      {me.isFetched && keys.isFetched ? <Parts me={me} /> : <AccountSkeleton />}
    </>
  );
}

type MeQuery = Pick<UseQueryResult<Me>, "data" | "error" | "refetch">;

function Parts({ me }: { me: MeQuery }) {
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_360px]">
      <div className="grid gap-5">
        <Card title="Profile">
          {me.data ? (
            <Profile me={me.data} />
          ) : (
            <Failed what="Your profile" error={me.error} retry={me.refetch} />
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
            {email_verified ? (
              <Badge state="ok">Verified</Badge>
            ) : (
              <>
                <Badge state="warn">Not verified</Badge>
                <Verify email={email} />
              </>
            )}
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

const AccountSkeleton = () => (
  <Loading
    label="Loading your account"
    className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_360px]"
  >
    <div className="grid gap-5">
      <Skeleton className="card h-60" />
      <Skeleton className="card h-60" />
    </div>
    <Skeleton className="card h-96" />
  </Loading>
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

/** Mails a code for a new password, which proves the address too, and leads to where it goes. */
function useMailedCode(email: string | undefined): () => Promise<void> {
  const navigate = useNavigate();
  return async () => {
    if (!email) return;
    await answer(api.POST("/api/v2/auth/password/forgot", { body: { email } }));
    await navigate({ to: "/reset", state: { email, mailedAt: Date.now() } });
  };
}

/** Verifies the address by a code; whoever has it chooses the password. */
function Verify({ email }: { email: string }) {
  const mail = useMailedCode(email);
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        Verify
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Verify your email"
        action="Email me a code"
        onConfirm={mail}
      >
        <p>
          We email a code to {email}. With it you choose a new password, which verifies the address
          and signs you out everywhere.
        </p>
      </Confirm>
    </>
  );
}

function Password({ email }: { email: string | undefined }) {
  const mail = useMailedCode(email);
  return (
    <Card title="Password">
      <div className="grid gap-3">
        <p className="text-mute">
          We email you a code to choose a new password. It signs you out everywhere.
        </p>
        <Act label="Email me a code" act={mail} disabled={!email} />
      </div>
    </Card>
  );
}

function SignOut() {
  const signOut = useSignOut();
  return (
    <Card title="Session">
      <div className="grid gap-3">
        <p className="text-mute">This signs you out in this browser. Your pods keep running.</p>
        <Act label="Sign out" act={signOut} />
      </div>
    </Card>
  );
}
