// The double-entry ledger behind the statement: every entry of the wallet, the newest first.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowDownLeft, ChevronDown, Gift, Lock, LockOpen, Server, Timer } from "lucide-react";
import { useState } from "react";
import { queries } from "../../api/queries.ts";
import { signed } from "../../lib/money.ts";
import { clock, moment } from "../../lib/time.ts";
import { type Column, cx, DataTable, Failed, More, SkeletonRows } from "../../ui/index.ts";
import { NoTransactions } from "./no-transactions.tsx";
import { usePodName } from "./pod-names.ts";
import { KIND_WORDS, partsOf, type LedgerRow, ledgerRows } from "./ledger-rows.ts";

const ICONS = {
  grant: Gift,
  deposit: ArrowDownLeft,
  hold: Lock,
  release: LockOpen,
  capture: Timer,
  machine: Server,
} as const;

export function Ledger() {
  const ledger = useInfiniteQuery(queries.ledger());
  const items = ledger.data?.pages.flatMap((page) => page.items);
  if (items === undefined)
    return ledger.isError ? (
      <Failed what="Your ledger" error={ledger.error} retry={ledger.refetch} />
    ) : (
      <SkeletonRows label="Loading your ledger" />
    );
  if (items.length === 0) return <NoTransactions />;
  return (
    <>
      <p className="px-4 pb-3 text-mute md:px-5">
        Every entry behind the statement, as of{" "}
        {clock(new Date(ledger.dataUpdatedAt).toISOString())}. A hold moves money from available to
        held, usage is taken from what is held, and the rest is released.
      </p>
      <Lines rows={ledgerRows(items)} />
      <More query={ledger} />
      {!ledger.hasNextPage && (
        <p className="px-4 py-3 text-label text-mute md:px-5">
          This is everything. Free credit that expires has no entry here; the statement shows it.
        </p>
      )}
    </>
  );
}

/** A row with what it takes to show its description. */
interface Line extends LedgerRow {
  open: boolean;
  onToggle: () => void;
  nameOf: (podId: string) => string;
}

const COLUMNS: Column<Line>[] = [
  { head: "Kind", cell: ({ kind }) => <Kind kind={kind} /> },
  { head: "Description", lead: true, cell: (line) => <Description line={line} /> },
  {
    head: "When",
    cell: ({ since, at }) => (
      <span className="num whitespace-nowrap">
        {since === at ? moment(at) : `${moment(since)} to ${clock(at).slice(0, 5)}`}
      </span>
    ),
  },
  {
    head: "Available",
    right: true,
    cell: ({ available }) => <Change micros={available} gain={available > 0} />,
  },
  { head: "Held", right: true, cell: ({ held }) => <Change micros={held} /> },
];

function Lines({ rows }: { rows: LedgerRow[] }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const nameOf = usePodName();
  const toggle = (key: string) =>
    setOpen((was) =>
      was.has(key) ? new Set([...was].filter((one) => one !== key)) : new Set([...was, key]),
    );
  const lineOf = (row: LedgerRow): Line => ({
    ...row,
    nameOf,
    open: open.has(row.key),
    onToggle: () => toggle(row.key),
  });
  return (
    <DataTable
      caption="Transactions of your wallet, the newest first"
      columns={COLUMNS}
      rows={rows.map(lineOf)}
      keyOf={(line) => line.key}
      inner={(line) =>
        line.open ? line.entries.flatMap((entry) => ledgerRows([entry]).map(lineOf)) : []
      }
    />
  );
}

function Kind({ kind }: { kind: Line["kind"] }) {
  const Icon = ICONS[kind];
  return (
    <span className="flex items-center gap-2.5 font-medium whitespace-nowrap">
      <Icon size={16} aria-hidden className="shrink-0 text-mute" />
      {KIND_WORDS[kind]}
    </span>
  );
}

function Description({ line: { description, entries, open, onToggle, nameOf } }: { line: Line }) {
  return (
    <>
      <span className="wrap-anywhere">
        {partsOf(description).map(({ text, isPod }) =>
          isPod ? (
            <Link
              key={text}
              to="/pods/$podId"
              params={{ podId: text }}
              className={
                "font-medium underline decoration-line2 underline-offset-4 " +
                "hover:decoration-current"
              }
            >
              {nameOf(text)}
            </Link>
          ) : (
            text
          ),
        )}
      </span>
      {entries.length > 1 && (
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className={
            "-ml-1 flex min-h-6 items-center gap-1 rounded-sm px-1 text-label font-medium " +
            "text-brand-ink hover:bg-brand-soft max-md:min-h-9"
          }
        >
          {open ? "Hide" : "Show"} {entries.length} entries
          <ChevronDown
            size={13}
            aria-hidden
            className={cx("transition-transform", open && "rotate-180")}
          />
        </button>
      )}
    </>
  );
}

function Change({ micros, gain = false }: { micros: number; gain?: boolean }) {
  return (
    <span className={cx(micros === 0 ? "text-mute" : "font-medium", gain && "text-ok")}>
      {signed(micros)}
    </span>
  );
}
