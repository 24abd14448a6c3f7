// The clouds as a table where there is room for one, and as cards where there is not.

import { Link } from "@tanstack/react-router";
import { ArrowDown, ArrowUp } from "lucide-react";
import { rate } from "../../lib/money.ts";
import { cloudName } from "../../lib/names.ts";
import { ButtonLink, type Column, cx, DataTable, Dot } from "../../ui/index.ts";
import { CloudCards } from "./cards.tsx";
import { everyOffer } from "./links.ts";
import { ASCENDING, type Sort, SORT_NAMES } from "./sorting.ts";
import {
  answeredIn,
  type CloudView,
  healthOf,
  LAUNCHES_MIN,
  launchesInWords,
  regionsInWords,
  startInWords,
} from "./words.ts";

/** The table's columns need this much room. */
export const WIDE = "(min-width: 1180px)";

interface TableProps {
  /** In the order in which they are shown. */
  clouds: readonly CloudView[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  now: number;
  /** Whether no cloud is asked, so that none has a time to answer. */
  simulated: boolean;
}

export function CloudTable(props: TableProps) {
  return (
    <DataTable
      wide={WIDE}
      caption={`Clouds, order: ${SORT_NAMES[props.sort]}`}
      columns={columnsOf(props)}
      rows={props.clouds}
      keyOf={({ provider }) => provider}
      look="dense"
      cards={<CloudCards clouds={props.clouds} now={props.now} />}
    />
  );
}

const MUTED = "block text-label text-mute";

function columnsOf(props: TableProps): Column<CloudView>[] {
  const { now, simulated } = props;
  const columns: (Column<CloudView> | false)[] = [
    {
      ...sorting(props, "name"),
      cell: ({ provider }) => (
        <Link
          to="/offers"
          search={everyOffer(provider)}
          className="rounded-sm text-read font-semibold hover:underline"
        >
          {cloudName(provider)}
        </Link>
      ),
    },
    {
      ...sorting(props, "health"),
      cell: (cloud) => {
        const { state, word, note } = healthOf(cloud, now);
        return (
          <>
            <span className="inline-flex items-center gap-2 whitespace-nowrap">
              <Dot state={state} />
              {word}
            </span>
            <span className={cx("num", MUTED)}>{note}</span>
          </>
        );
      },
    },
    {
      ...sorting(props, "stock"),
      right: true,
      cell: ({ offers, offers_available: available, regions }) => (
        <>
          {available === 0 ? "Sold out" : available.toLocaleString("en-US")}
          <span className={MUTED}>
            of {offers.toLocaleString("en-US")}, {regionsInWords(regions)}
          </span>
        </>
      ),
    },
    {
      ...sorting(props, "price"),
      right: true,
      cell: ({ lowest_rate_usd_micros_per_hour: lowest }) =>
        lowest == null ? (
          <span className="text-mute">nothing in stock</span>
        ) : (
          <span className="text-read font-semibold">{rate(lowest)}</span>
        ),
    },
    {
      ...sorting(props, "launches"),
      right: true,
      cell: ({ launches }) => {
        const { text, note } = launchesInWords(launches);
        const many = (launches?.launches ?? 0) >= LAUNCHES_MIN;
        return (
          <>
            <span className={many ? undefined : "text-mute"}>{text}</span>
            <span className={MUTED}>{note}</span>
          </>
        );
      },
    },
    {
      ...sorting(props, "start"),
      right: true,
      cell: ({ launches }) => (
        <>
          <span className={launches?.start_secs == null ? "text-mute" : undefined}>
            {startInWords(launches)}
          </span>
          {launches?.start_secs != null && <span className={MUTED}>median</span>}
        </>
      ),
    },
    !simulated && {
      ...sorting(props, "answer"),
      right: true,
      cell: ({ read_millis: millis }) => (
        <span className={millis == null ? "text-mute" : undefined}>{answeredIn(millis)}</span>
      ),
    },
    {
      head: "Offers",
      quiet: true,
      className: "w-px",
      cell: ({ provider }) => (
        <ButtonLink
          to="/offers"
          search={everyOffer(provider)}
          size="small"
          aria-label={`Browse the offers of ${cloudName(provider)}`}
        >
          Browse
        </ButtonLink>
      ),
    },
  ];
  return columns.filter((column) => column !== false);
}

/** The head of a column that the clouds can be sorted by. */
function sorting(
  { sort, onSort }: TableProps,
  by: Sort,
): Pick<Column<CloudView>, "head" | "control" | "sort"> {
  const on = sort === by;
  const Icon = ASCENDING[by] ? ArrowUp : ArrowDown;
  return {
    head: SORT_NAMES[by],
    sort: on ? (ASCENDING[by] ? "ascending" : "descending") : undefined,
    control: (
      <button
        type="button"
        onClick={() => onSort(by)}
        className={cx(
          "inline-flex items-center gap-1 rounded-sm whitespace-nowrap",
          on ? "font-medium text-ink" : "hover:text-ink",
        )}
      >
        {SORT_NAMES[by]}
        {on && <Icon size={13} aria-hidden />}
      </button>
    ),
  };
}
