// A table of figures: a table where there is room, and a card for each row where there is not.

import { Fragment, type ReactNode } from "react";
import { cx, useMedia } from "../../ui/index.ts";

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand at the right. */
  right?: boolean;
  /** On a card, stands below its name without a name of its own. */
  lead?: boolean;
}

interface Props<Row> {
  caption: string;
  /** The first one names the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Further rows of a row, such as what it is the sum of. */
  inner?: (row: Row) => readonly Row[];
}

export function DataTable<Row>(props: Props<Row>) {
  return useMedia("(min-width: 1024px)") ? <Wide {...props} /> : <Narrow {...props} />;
}

function Wide<Row>({ caption, columns, rows, keyOf, inner }: Props<Row>) {
  const cells = (row: Row, nested: boolean) =>
    columns.map(({ head, cell, right }, index) => {
      const look = cx(
        "px-3 py-2.5 align-top first:pl-5 last:pr-5",
        right ? "num text-right whitespace-nowrap" : "text-left",
        nested && "bg-sunk text-mute",
      );
      return index === 0 ? (
        <th key={head} scope="row" className={cx(look, "font-normal")}>
          {cell(row)}
        </th>
      ) : (
        <td key={head} className={look}>
          {cell(row)}
        </td>
      );
    });
  return (
    <table className="w-full">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="h-9 border-b border-line text-label text-mute">
          {columns.map(({ head, right }) => (
            <th
              key={head}
              scope="col"
              className={cx(
                "px-3 font-medium first:pl-5 last:pr-5",
                right ? "text-right" : "text-left",
              )}
            >
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Fragment key={keyOf(row)}>
            <tr className="h-12 border-b border-line last:border-0">{cells(row, false)}</tr>
            {inner?.(row).map((one, index) => (
              <tr key={index} className="border-b border-line last:border-0">
                {cells(one, true)}
              </tr>
            ))}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function Narrow<Row>({ caption, columns: [first, ...others], rows, keyOf, inner }: Props<Row>) {
  const card = (row: Row) => (
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
  return (
    <ul aria-label={caption}>
      {rows.map((row) => (
        <li key={keyOf(row)} className="border-b border-line px-4 py-3 last:border-0 md:px-5">
          {card(row)}
          {(inner?.(row).length ?? 0) > 0 && (
            <ul className="mt-3 grid gap-2 rounded-control bg-sunk p-3">
              {inner?.(row).map((one, index) => (
                <li key={index}>{card(one)}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}
