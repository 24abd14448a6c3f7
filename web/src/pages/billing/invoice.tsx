// One month's invoice, as a document that can be printed.

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Printer } from "lucide-react";
import type { Shape } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { exact } from "../../lib/money.ts";
import { date, month, span } from "../../lib/time.ts";
import { useBrandName } from "../../ui/brand.tsx";
import {
  Button,
  ButtonLink,
  Card,
  cx,
  Empty,
  Failed,
  PageHead,
  SkeletonRows,
  useNow,
} from "../../ui/index.ts";
import { useTitle } from "../../ui/title.ts";
import { InvoiceStatus } from "./invoices.tsx";
import { monthRange, todayAt } from "../../nouns/usage/range.ts";

const FIGURE = "num py-2.5 pl-3 text-right whitespace-nowrap max-sm:hidden print:table-cell";

const isPeriod = (text: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(text);

export function Invoice() {
  const { period } = useParams({ from: "/shell/own/billing/invoices/$period" });
  const real = isPeriod(period);
  const invoice = useQuery({ ...queries.invoice(period), enabled: real });
  const today = todayAt(useNow(60_000));
  const title = real ? `Invoice for ${month(period)}` : "Invoice";
  useTitle(title);
  const none = !real || codeOf(invoice.error) === "not_found";
  return (
    <>
      <div className="print:hidden">
        <PageHead
          title={title}
          crumbs={
            <Link
              to="/billing"
              search={{ tab: "invoices" }}
              className="underline underline-offset-4"
            >
              Invoices
            </Link>
          }
          aside={invoice.data && <InvoiceStatus status={invoice.data.status} />}
          actions={
            invoice.data && (
              <>
                <ButtonLink to="/billing" search={{ tab: "usage", ...monthRange(period, today) }}>
                  Usage of this month
                </ButtonLink>
                <Button tone="primary" onClick={() => print()}>
                  <Printer size={15} aria-hidden />
                  Print
                </Button>
              </>
            )
          }
        />
      </div>
      {invoice.data ? (
        <Document invoice={invoice.data} today={today} />
      ) : none ? (
        <Card>
          <Empty
            title="There is no invoice for this month"
            action={
              <ButtonLink to="/billing" search={{ tab: "invoices" }} tone="primary">
                All invoices
              </ButtonLink>
            }
          >
            A month has an invoice once a pod has been used in it.
          </Empty>
        </Card>
      ) : invoice.isError ? (
        <Card>
          <Failed what="This invoice" error={invoice.error} retry={invoice.refetch} />
        </Card>
      ) : (
        <Card pad={false}>
          <SkeletonRows label="Loading the invoice" />
        </Card>
      )}
    </>
  );
}

function Document({ invoice, today }: { invoice: Shape<"Invoice">; today: string }) {
  const me = useQuery(queries.me()).data;
  return (
    <article
      aria-label="Invoice"
      className="card mx-auto max-w-3xl p-5 md:p-8 print:max-w-none print:border-0 print:p-0"
    >
      <Head invoice={invoice} today={today} />
      <div className="flex flex-wrap justify-between gap-x-8 gap-y-4 py-5">
        <div>
          <h2 className="text-label text-mute">For</h2>
          <p className="font-medium">{me?.name}</p>
          <p className="wrap-anywhere text-mute">{me?.email}</p>
        </div>
        {invoice.mode === "SANDBOX" && (
          <p
            className={
              "max-w-xs rounded-control bg-warn-soft px-3 py-2 text-label text-warn print:border " +
              "print:border-line2"
            }
          >
            SANDBOX: a test invoice. No real machine ran and no real money moved.
          </p>
        )}
      </div>
      <Lines invoice={invoice} />
      <dl className="num mt-4 ml-auto grid w-full max-w-72 gap-1.5">
        <Sum name="Total used" value={exact(invoice.total_usd_micros)} />
        <Sum
          name="Paid from the wallet"
          value={exact(invoice.total_usd_micros - invoice.due_usd_micros)}
        />
        <Sum
          name="Due"
          value={exact(invoice.due_usd_micros)}
          className="border-t border-line2 pt-1.5 text-read font-semibold"
        />
      </dl>
      <SmallPrint invoice={invoice} />
    </article>
  );
}

function Head({ invoice, today }: { invoice: Shape<"Invoice">; today: string }) {
  const brand = useBrandName();
  const { from } = monthRange(invoice.period, today);
  const { to } = monthRange(invoice.period, "9999-12-31");
  const facts: [string, string][] = [
    ["Invoice", invoice.number],
    ["Month", `${date(from)} to ${date(to)} (UTC)`],
    ["Issued", invoice.issued_at ? date(invoice.issued_at) : "Not yet: the month is open"],
  ];
  return (
    <header
      className={
        "flex flex-wrap items-start justify-between " + "gap-x-8 gap-y-4 border-b border-line pb-5"
      }
    >
      <div>
        <p className="text-card font-semibold">{brand}</p>
        <p className="text-mute">GPU computing</p>
      </div>
      <dl className="num grid grid-cols-[auto_auto] gap-x-4 gap-y-0.5 text-label">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-mute">{name}</dt>
            <dd className="font-medium break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}

function SmallPrint({ invoice }: { invoice: Shape<"Invoice"> }) {
  return (
    <footer className="mt-6 grid gap-1 border-t border-line pt-4 text-label text-mute">
      {invoice.status === "open" && (
        <p>
          <strong className="font-semibold text-ink">This invoice is open.</strong> It shows what
          has been charged so far and still grows. It becomes final after the month ends and does
          not change after that.
        </p>
      )}
      <p>
        {invoice.due_usd_micros > 0
          ? "What is due is collected from your default card on your credit terms."
          : "Usage is paid from the wallet as it happens, so nothing is left to pay."}{" "}
        Charged by the second from activation on; amounts in US dollars.
      </p>
    </footer>
  );
}

function Sum({ name, value, className }: { name: string; value: string; className?: string }) {
  return (
    <div className={cx("flex justify-between gap-4", className)}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Lines({ invoice }: { invoice: Shape<"Invoice"> }) {
  if (invoice.lines.length === 0)
    return (
      <p className="rounded-control bg-sunk px-4 py-6 text-center text-mute">
        No pod was used in {month(invoice.period)}
        {invoice.status === "open" ? " so far" : ""}.
      </p>
    );
  return (
    <table className="w-full">
      <caption className="sr-only">What each pod used</caption>
      <thead>
        <tr className="border-b border-line2 text-label text-mute">
          <th scope="col" className="py-2 text-left font-medium">
            Pod
          </th>
          <th
            scope="col"
            className="py-2 pl-3 text-right font-medium max-sm:hidden print:table-cell"
          >
            Running
          </th>
          <th
            scope="col"
            className="py-2 pl-3 text-right font-medium max-sm:hidden print:table-cell"
          >
            Stopped
          </th>
          <th scope="col" className="py-2 pl-3 text-right font-medium">
            Amount
          </th>
        </tr>
      </thead>
      <tbody>
        {invoice.lines.map((line) => (
          <tr key={line.pod_id} className="border-b border-line align-top break-inside-avoid">
            <th scope="row" className="py-2.5 text-left font-normal">
              <span className="block font-medium wrap-anywhere">{line.pod_name}</span>
              <span className="text-label text-mute">{line.gpu}</span>
              <span className="num block text-label text-mute sm:hidden print:hidden">
                ran {span(line.running_secs)}
                {line.stopped_secs > 0 && `, stopped ${span(line.stopped_secs)}`}
              </span>
            </th>
            <td className={FIGURE}>{span(line.running_secs)}</td>
            <td className={FIGURE}>{span(line.stopped_secs)}</td>
            <td className="num py-2.5 pl-3 text-right font-medium whitespace-nowrap">
              {exact(line.amount_usd_micros)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
