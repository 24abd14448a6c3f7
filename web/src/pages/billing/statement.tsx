// The statement: charges and money that came in, with the balance after each; the ledger behind it
// is one click away.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowDownLeft, ChevronDown, Gift, Hourglass, Timer } from "lucide-react";
import { useState } from "react";
import { queries } from "../../api/queries.ts";
import { exact, signed } from "../../lib/money.ts";
import { date } from "../../lib/time.ts";
import {
  Card,
  type Column,
  cx,
  DataTable,
  Failed,
  More,
  Segments,
  SkeletonRows,
} from "../../ui/index.ts";
import { usePolling } from "../../ui/live.tsx";
import { type Charge, chargeWords, type ChargedPod, joined } from "./charges.ts";
import { Ledger } from "./ledger.tsx";
import { NoTransactions } from "./no-transactions.tsx";

const VIEWS = [
  ["charges", "Charges"],
  ["ledger", "Ledger"],
] as const;

export function Statement() {
  const navigate = useNavigate();
  const view = useSearch({ from: "/shell/own/billing" }).view ?? "charges";
  return (
    <Card
      title={view === "ledger" ? "Ledger" : "Statement"}
      pad={false}
      actions={
        <Segments
          label="How to show the statement"
          value={view}
          options={VIEWS}
          onChange={(to) =>
            void navigate({
              to: "/billing",
              search: { tab: "statement", view: to === "ledger" ? to : undefined },
              resetScroll: false,
              replace: true,
            })
          }
        />
      }
    >
      {view === "ledger" ? <Ledger /> : <Charges />}
    </Card>
  );
}

function Charges() {
  const charges = useInfiniteQuery({ ...queries.charges(), refetchInterval: usePolling(30_000) });
  const items = charges.data?.pages.flatMap((page) => page.items);
  if (items === undefined)
    return charges.isError ? (
      <Failed what="Your statement" error={charges.error} retry={charges.refetch} />
    ) : (
      <SkeletonRows label="Loading your statement" />
    );
  if (items.length === 0) return <NoTransactions />;
  return (
    <>
      <p className="px-4 pb-3 text-mute md:px-5">
        The balance is your cash and free credit, including what is held for your pods.
      </p>
      <Lines lines={joined(items)} />
      <More query={charges} />
      {!charges.hasNextPage && (
        <p className="px-4 py-3 text-label text-mute md:px-5">
          This is everything. Days begin at midnight UTC, as on your invoices.
        </p>
      )}
    </>
  );
}

/** A line of the statement, or what one pod used of it. */
interface Row {
  key: string;
  line: Charge;
  pod?: ChargedPod;
  open: boolean;
  onToggle: () => void;
}

function Lines({ lines }: { lines: readonly Charge[] }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) =>
    setOpen((was) => new Set(was.has(key) ? [...was].filter((one) => one !== key) : [...was, key]));
  const rowOf = (line: Charge): Row => {
    const key = `${line.kind} ${line.since}`;
    return { key, line, open: open.has(key), onToggle: () => toggle(key) };
  };
  return (
    <DataTable
      caption="What came in and what was charged, the newest first"
      columns={COLUMNS}
      rows={lines.map(rowOf)}
      keyOf={(row) => row.key}
      inner={(row) =>
        row.open ? row.line.pods.map((pod) => ({ ...row, key: pod.pod_id, pod })) : []
      }
    />
  );
}

const COLUMNS: Column<Row>[] = [
  {
    head: "Date (UTC)",
    cell: ({ line, pod }) => !pod && <span className="num whitespace-nowrap">{date(line.at)}</span>,
  },
  { head: "Description", lead: true, cell: (row) => <Description row={row} /> },
  {
    head: "Amount",
    right: true,
    cell: ({ line, pod }) => {
      const micros = pod ? -pod.amount_usd_micros : line.amount_usd_micros;
      return (
        <span className={cx(!pod && "font-medium", micros > 0 && "text-ok")}>{signed(micros)}</span>
      );
    },
  },
  {
    head: "Balance",
    right: true,
    cell: ({ line, pod }) => !pod && exact(line.balance_usd_micros),
  },
];

const ICONS = { grant: Gift, deposit: ArrowDownLeft, usage: Timer, expiry: Hourglass } as const;

function Description({ row: { line, pod, open, onToggle } }: { row: Row }) {
  if (pod) return <PodLink pod={pod} />;
  const Icon = ICONS[line.kind];
  const [only] = line.pods;
  return (
    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
      <Icon size={16} aria-hidden className="shrink-0 text-mute" />
      <span className="font-medium">{chargeWords(line)}</span>
      {only && line.pods.length === 1 && <PodLink pod={only} />}
      {line.pods.length > 1 && (
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className={
            "flex min-h-6 items-center gap-1 rounded-sm px-1 text-label font-medium " +
            "text-brand-ink hover:bg-brand-soft max-md:min-h-9"
          }
        >
          {open ? "Hide pods" : "Show pods"}
          <ChevronDown
            size={13}
            aria-hidden
            className={cx("transition-transform", open && "rotate-180")}
          />
        </button>
      )}
    </span>
  );
}

const PodLink = ({ pod }: { pod: ChargedPod }) => (
  <span className="min-w-0">
    <Link
      to="/pods/$podId"
      params={{ podId: pod.pod_id }}
      className={
        "font-medium wrap-anywhere underline decoration-line2 underline-offset-4 " +
        "hover:decoration-current"
      }
    >
      {pod.pod_name}
    </Link>{" "}
    <span className="text-mute">{pod.gpu}</span>
  </span>
);
