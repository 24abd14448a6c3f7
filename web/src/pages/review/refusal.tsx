// Why a deploy was refused, and what to do about it.

import { Link } from "@tanstack/react-router";
import { codeOf, messageOf } from "../../api/errors.ts";
import { ErrorNote } from "../../ui/index.ts";
import { isLost } from "./use-deploy.ts";

const link = "font-semibold underline";

/** The next step for each refusal; the message itself names the limit. */
function WhatNext({ error }: { error: unknown }) {
  switch (codeOf(error)) {
    case "insufficient_funds":
      return (
        <Link to="/billing" search={{ tab: "wallet" }} className={link}>
          Top up the wallet
        </Link>
      );
    case "pod_limit_reached":
      return (
        <>
          <Link to="/pods" search={{}} className={link}>
            See your pods
          </Link>{" "}
          or{" "}
          <Link to="/billing" search={{ tab: "plan" }} className={link}>
            choose a larger plan
          </Link>
        </>
      );
    case "pod_unactivated":
      return (
        <Link to="/pods" search={{}} className={link}>
          Show the pod to activate
        </Link>
      );
    case "deploys_paused":
      return (
        <>
          Your draft is kept until then.{" "}
          <Link to="/pods" search={{}} className={link}>
            See what happened
          </Link>
        </>
      );
    case "activation_budget_spent":
      return <>Your draft is kept. Try again tomorrow.</>;
    case "name_invalid":
      return <>Change the name in the configuration.</>;
    case "quote_expired":
      return <>Get a new price to continue.</>;
    default:
      return isLost(error) ? (
        <>Deploy again: whatever became of this attempt, only one pod is opened.</>
      ) : null;
  }
}

export const Refusal = ({ error }: { error: unknown }) => (
  <ErrorNote>
    <p>{messageOf(error)}</p>
    <p className="mt-1">
      <WhatNext error={error} />
    </p>
  </ErrorNote>
);
