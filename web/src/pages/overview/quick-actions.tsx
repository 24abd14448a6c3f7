// The few things people most often come here to do.

import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import {
  ChevronRight,
  FilePen,
  KeyRound,
  type LucideIcon,
  ShoppingBag,
  Wallet,
} from "lucide-react";
import { queries } from "../../api/queries.ts";
import { usd } from "../../lib/money.ts";
import { Card } from "../../ui/index.ts";

function Row({
  Icon,
  label,
  hint,
  ...to
}: { Icon: LucideIcon; label: string; hint: string } & Pick<LinkProps, "to" | "search">) {
  return (
    <li className="border-t border-line first:border-0">
      <Link
        {...to}
        className={
          "flex min-h-12 items-center gap-3 px-4 py-2 " + "transition-colors hover:bg-sunk md:px-5"
        }
      >
        <Icon size={16} aria-hidden className="shrink-0 text-mute" />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{label}</span>
          <span className="num block truncate text-label text-mute">{hint}</span>
        </span>
        <ChevronRight size={14} aria-hidden className="shrink-0 text-mute" />
      </Link>
    </li>
  );
}

export function QuickActions() {
  const drafts = useQuery(queries.drafts()).data?.items ?? [];
  const keys = useQuery(queries.keys()).data?.items;
  const wallet = useQuery(queries.wallet()).data;
  const draft = drafts.reduce<(typeof drafts)[number] | undefined>(
    (newest, one) => (!newest || one.updated_at > newest.updated_at ? one : newest),
    undefined,
  );
  return (
    <Card title="Quick actions" pad={false}>
      <ul className="overflow-hidden rounded-b-card">
        <Row
          Icon={ShoppingBag}
          label="Browse GPUs"
          hint="Ranked by value, live prices"
          to="/offers"
        />
        {draft && (
          <Row
            Icon={FilePen}
            label={`Resume ${draft.fields.name ?? "your draft"}`}
            hint={drafts.length > 1 ? `The newest of ${drafts.length} drafts` : "Your draft"}
            to="/configure"
            search={{ draft: draft.id }}
          />
        )}
        <Row
          Icon={Wallet}
          label="Top up"
          hint={
            wallet
              ? `${usd(wallet.available_usd_micros)} of credit now`
              : "Add money to your credit"
          }
          to="/billing"
          search={{ tab: "wallet" }}
        />
        <Row
          Icon={KeyRound}
          label="Add an SSH key"
          hint={
            keys === undefined
              ? "To log in to your pods"
              : keys.length === 0
                ? "You have none yet"
                : keys.length === 1
                  ? "You have one"
                  : `You have ${keys.length}`
          }
          to="/account"
        />
      </ul>
    </Card>
  );
}
