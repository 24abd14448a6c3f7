// The app's one table: a table where there is room, and a card for each row where there is not.

import { Fragment, type ReactNode } from "react";
import { cx } from "./basics.tsx";
import { useMedia } from "./media.ts";

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ReactNode;
  /** Right-aligned, as figures are. */
  right?: boolean;
  /** On a card, shown below its title without a label. */
  lead?: boolean;
  /** Replaces the text of the column's head, for example with a button that sorts. */
  control?: ReactNode;
  /** The sort order, when the rows are sorted by this column. */
  sort?: "ascending" | "descending";
  /** The head is for screen readers only. */
  quiet?: boolean;
  /** A click in this column is not a click on the row. */
  apart?: boolean;
  className?: string;
}

/** What differs from row to row: its look, and what a click on it does. */
export interface RowLook {
  className?: string;
  onClick?: () => void;
}

interface TableProps<Row> {
  caption: ReactNode;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Rows below a row, such as the parts of a sum. */
  inner?: (row: Row) => readonly Row[];
  /** Whether the first column names the row. */
  named?: boolean;
  look?: keyof typeof LOOKS;
  rowLook?: (row: Row) => RowLook;
}

interface Props<Row> extends TableProps<Row> {
  caption: string;
  /** The media query from which on it is a table. */
  wide?: string;
  /** Replaces the default cards where there is no room for a table. */
  cards?: ReactNode;
}

/** `dense` fits more columns; `top` and `middle` say how cells of different heights align. */
const LOOKS = {
  top: {
    every: "px-3 first:pl-5 last:pr-5",
    head: "font-medium",
    cell: "py-2.5 align-top",
    row: "h-12",
  },
  middle: { every: "px-3 first:pl-5 last:pr-5", head: "font-medium", cell: "py-2.5", row: "h-12" },
  dense: { every: "px-2 first:pl-4 last:pr-4", head: "font-normal", cell: "py-1.5", row: "h-14" },
} as const;

export function DataTable<Row>({ wide = "(min-width: 1024px)", cards, ...props }: Props<Row>) {
  if (!useMedia(wide)) return cards ?? <Cards {...props} />;
  const table = <Table {...props} />;
  // With its own cards it is not inside a card, so the table brings one.
  return cards ? <div className="card overflow-x-auto">{table}</div> : table;
}

function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  inner,
  named = true,
  look = "top",
  rowLook,
}: TableProps<Row>) {
  const cells = (row: Row, nested: boolean) =>
    columns.map((column, index) => (
      <Cell
        key={column.head}
        column={column}
        names={named && index === 0}
        className={cx(LOOKS[look].every, LOOKS[look].cell, nested && "bg-sunk text-mute")}
      >
        {column.cell(row)}
      </Cell>
    ));
  return (
    <table className="w-full">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="h-9 border-b border-line text-label text-mute">
          {columns.map((column) => (
            <Head key={column.head} column={column} look={look} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const { className, onClick } = rowLook?.(row) ?? {};
          return (
            <Fragment key={keyOf(row)}>
              <tr
                onClick={onClick}
                className={cx(LOOKS[look].row, "border-b border-line last:border-0", className)}
              >
                {cells(row, false)}
              </tr>
              {inner?.(row).map((one, index) => (
                <tr key={index} className="border-b border-line last:border-0">
                  {cells(one, true)}
                </tr>
              ))}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

function Head<Row>({
  column: { head, right, control, sort, quiet },
  look,
}: {
  column: Column<Row>;
  look: keyof typeof LOOKS;
}) {
  return (
    <th
      scope="col"
      aria-sort={sort}
      className={cx(LOOKS[look].every, LOOKS[look].head, right ? "text-right" : "text-left")}
    >
      {quiet ? <span className="sr-only">{head}</span> : (control ?? head)}
    </th>
  );
}

function Cell<Row>({
  column: { right, apart, className: own },
  names,
  className,
  children,
}: {
  column: Column<Row>;
  names: boolean;
  className: string;
  children: ReactNode;
}) {
  const look = cx(className, right ? "num text-right whitespace-nowrap" : "text-left", own);
  if (names)
    return (
      <th scope="row" className={cx(look, "font-normal")}>
        {children}
      </th>
    );
  return (
    <td className={look} onClick={apart ? (event) => event.stopPropagation() : undefined}>
      {children}
    </td>
  );
}

function Cards<Row>({ caption, columns, rows, keyOf, inner }: Omit<Props<Row>, "wide" | "cards">) {
  return (
    <ul aria-label={caption}>
      {rows.map((row) => {
        const below = inner?.(row) ?? [];
        return (
          <li key={keyOf(row)} className="border-b border-line px-4 py-3 last:border-0 md:px-5">
            <CardBody columns={columns} row={row} />
            {below.length > 0 && (
              <ul className="mt-3 grid gap-2 rounded-control bg-sunk p-3">
                {below.map((one, index) => (
                  <li key={index}>
                    <CardBody columns={columns} row={one} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function CardBody<Row>({
  columns: [first, ...others],
  row,
}: {
  columns: readonly Column<Row>[];
  row: Row;
}) {
  return (
    <>
      <div className="min-w-0 break-words">{first?.cell(row)}</div>
      {others
        .filter(({ lead }) => lead)
        .map(({ head, cell }) => (
          <div key={head} className="mt-1 min-w-0 break-words">
            {cell(row)}
          </div>
        ))}
      <dl className="mt-2 grid gap-1">
        {others
          .filter(({ lead }) => !lead)
          .map(({ head, cell, right }) => (
            <div key={head} className="flex items-baseline justify-between gap-4">
              <dt className="text-label text-mute">{head}</dt>
              <dd className={cx("min-w-0 text-right break-words", right && "num")}>{cell(row)}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}
