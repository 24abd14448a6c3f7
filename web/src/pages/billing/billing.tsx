// Everything about money: one tab per question, each with its own address.

import { Link, useSearch } from "@tanstack/react-router";
import { type ComponentType } from "react";
import { cx, PageHead } from "../../ui/index.ts";
import { useTitle } from "../../ui/title.ts";
import { Cards } from "./cards.tsx";
import { Invoices } from "./invoices.tsx";
import { PlanTab } from "./plan.tsx";
import { Statement } from "./statement.tsx";
import { BILLING_TABS, type BillingTab } from "./tabs.ts";
import { Usage } from "./usage.tsx";
import { Wallet } from "./wallet.tsx";

const TABS: Record<BillingTab, [string, ComponentType]> = {
  wallet: ["Wallet", Wallet],
  statement: ["Statement", Statement],
  usage: ["Usage", Usage],
  invoices: ["Invoices", Invoices],
  cards: ["Cards", Cards],
  plan: ["Plan", PlanTab],
};

export function Billing() {
  const { tab = "wallet" } = useSearch({ from: "/shell/own/billing" });
  const [name, Tab] = TABS[tab];
  useTitle(tab === "wallet" ? "Billing" : `${name}, billing`);
  return (
    <>
      <PageHead title="Billing" />
      <nav aria-label="Billing" className="mb-5 overflow-x-auto border-b border-line">
        <ul className="flex md:gap-1">
          {BILLING_TABS.map((one) => (
            <li key={one}>
              <Link
                to="/billing"
                search={{ tab: one === "wallet" ? undefined : one }}
                resetScroll={false}
                aria-current={one === tab ? "page" : undefined}
                className={cx(
                  "flex h-9 items-center border-b-2 px-1.5 font-medium whitespace-nowrap " +
                    "transition-colors max-md:h-11 max-[359px]:px-1 max-[359px]:text-label md:px-3",
                  "-outline-offset-2 focus-visible:-outline-offset-2",
                  one === tab
                    ? "border-brand text-ink"
                    : "border-transparent text-mute hover:text-ink",
                )}
              >
                {TABS[one][0]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Tab />
    </>
  );
}
