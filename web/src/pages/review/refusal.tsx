// Why a deploy was refused, and what to do about it.

import { Link } from "@tanstack/react-router";
import { codeOf, messageOf } from "../../api/errors.ts";
import { ErrorNote } from "../../ui/index.ts";
import { isLost } from "./use-deploy.ts";

const link = "font-semibold underline";

/** The next step by what was refused; the message itself says the limit. */
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
          Go to the pod that waits
        </Link>
      );
    case "deploys_paused":
      return (
        <>
          Your draft stays until then.{" "}
          <Link to="/pods" search={{}} className={link}>
            See what happened
          </Link>
        </>
      );
    case "activation_budget_spent":
      return <>Your draft stays. Try again tomorrow.</>;
    case "name_invalid":
      return <>Change the name in the configuration.</>;
    case "quote_expired":
      return <>Get a new price to go on.</>;
    default:
      return isLost(error) ? (
        <>Deploy again: whatever happened to this try, it opens one pod only.</>
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
