// The invoices of all months.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FileText } from "lucide-react";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { exact } from "../../lib/money.ts";
import { month } from "../../lib/time.ts";
import {
  Badge,
  ButtonLink,
  Card,
  Empty,
  Failed,
  SkeletonRows,
  type Column,
  DataTable,
} from "../../ui/index.ts";

type Summary = Shape<"InvoiceSummary">;

export function InvoiceStatus({ status }: { status: Summary["status"] }) {
  return status === "open" ? <Badge state="warn">Open</Badge> : <Badge state="ok">Final</Badge>;
}

const COLUMNS: Column<Summary>[] = [
  {
    head: "Month",
    cell: (invoice) => (
      <Link
        to="/billing/invoices/$period"
        params={{ period: invoice.period }}
        className={
          "font-medium underline decoration-line2 underline-offset-4 hover:decoration-current " +
          "max-md:inline-flex max-md:min-h-9 max-md:items-center"
        }
      >
        {month(invoice.period)}
      </Link>
    ),
  },
  {
    head: "Number",
    cell: (invoice) => <span className="font-mono text-label">{invoice.number}</span>,
  },
  { head: "Status", cell: (invoice) => <InvoiceStatus status={invoice.status} /> },
  { head: "Used", right: true, cell: (invoice) => exact(invoice.total_usd_micros) },
  {
    head: "Due",
    right: true,
    cell: (invoice) => <span className="font-medium">{exact(invoice.due_usd_micros)}</span>,
  },
];

export function Invoices() {
  const invoices = useQuery(queries.invoices());
  const items = invoices.data?.items;
  return (
    <Card title="Invoices" pad={false}>
      {items === undefined ? (
        invoices.isError ? (
          <Failed what="Your invoices" error={invoices.error} retry={invoices.refetch} />
        ) : (
          <SkeletonRows rows={3} label="Loading your invoices" />
        )
      ) : items.length === 0 ? (
        <Empty
          icon={<FileText size={22} />}
          title="No invoices yet"
          action={
            <ButtonLink to="/offers" tone="primary">
              Browse GPUs
            </ButtonLink>
          }
        >
          The first one begins with the first pod you run.
        </Empty>
      ) : (
        <>
          <DataTable
            caption="Your invoices, the newest first"
            columns={COLUMNS}
            rows={items}
            keyOf={(invoice) => invoice.period}
          />
          <p className="border-t border-line px-4 py-3 text-label text-mute md:px-5">
            An open invoice still grows; it becomes final after its month ends (UTC). Usage is paid
            from your wallet as it happens, so as a rule nothing is due.
          </p>
        </>
      )}
    </Card>
  );
}
