// The filters: as pills with panels where there is room, as one dialog where there is not.

import { useQuery } from "@tanstack/react-query";
import { ChevronDown, SlidersHorizontal } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { queries } from "../../api/queries.ts";
import { parseUsd, rate } from "../../lib/money.ts";
import { cloudName } from "../../lib/names.ts";
import { Button, Dialog, Field, Input, Popover } from "../../ui/index.ts";
import { cloudOptions, gpuOptions, memoryOptions, type Option, regionOptions } from "./options.ts";
import { PickMany, PickOne } from "./pick.tsx";
import { FILTERS, hasFilters, type OffersUrl, PRICE_MAX } from "./search.ts";
import type { Change } from "./url.ts";

interface FiltersProps {
  url: OffersUrl;
  change: Change;
  onClear: () => void;
}
interface Section {
  key: string;
  label: string;
  active: boolean;
  body: ReactNode;
}

const COUNTS = [1, 2, 4, 8, 16];
const TYPING_MS = 500;

/** "Cloud", "RunPod" or "Cloud: 3". */
const labelOf = (
  name: string,
  chosen: readonly string[] | undefined,
  options: readonly Option[],
  nameOf: (value: string) => string,
): string => {
  const [first] = chosen ?? [];
  if (!chosen || first === undefined) return name;
  return chosen.length === 1
    ? (options.find(({ value }) => value.toLowerCase() === first.toLowerCase())?.label ??
        nameOf(first))
    : `${name}: ${chosen.length}`;
};

/** Spot and stock share a pill. */
const moreLabel = ({ spot, sold_out: soldOut }: OffersUrl): string =>
  [spot === undefined ? [] : spot ? "Only spot" : "No spot", soldOut ? "Including sold out" : []]
    .flat()
    .join(", ") || "More";

function useSections({ url, change }: FiltersProps): Section[] {
  const facets = useQuery(queries.facets());
  const data = facets.data;
  const gpus = gpuOptions(data?.gpus ?? []);
  const clouds = cloudOptions(data?.providers ?? []);
  const regions = regionOptions(data?.regions ?? []);
  const filter: Change = (patch, options) => change({ ...patch, offer: undefined }, options);
  const many = (
    key: "gpu" | "provider" | "region",
    name: string,
    label: string,
    options: readonly Option[],
    nameOf = (value: string) => value,
  ): Section => ({
    key,
    label: labelOf(name, url[key], options, nameOf),
    active: url[key] !== undefined,
    body: (
      <PickMany
        label={label}
        options={options}
        chosen={url[key] ?? []}
        loading={facets.isPending}
        nameOf={nameOf}
        onChange={(chosen) => filter({ [key]: chosen })}
      />
    ),
  });
  const number = (text: string) => (text === "" ? undefined : Number(text));
  const few = (
    key: "memory" | "gpu_count",
    name: string,
    label: string,
    sizes: readonly number[],
    say: (size: number) => string,
  ): Section => ({
    key,
    label: url[key] === undefined ? name : say(url[key]),
    active: url[key] !== undefined,
    body: (
      <PickOne
        label={label}
        value={String(url[key] ?? "")}
        onChange={(text) => filter({ [key]: number(text) })}
        options={[
          ["", "Any"],
          ...[...new Set([...sizes, ...(url[key] === undefined ? [] : [url[key]])])]
            .sort((one, other) => one - other)
            .map((size) => [String(size), say(size)] as const),
        ]}
      />
    ),
  });
  const [spot, stock] = [
    url.spot === undefined ? "" : url.spot ? "true" : "false",
    url.sold_out ? "all" : "",
  ];
  return [
    many("gpu", "GPU", "GPUs", gpus),
    few(
      "memory",
      "VRAM",
      "Minimum memory per GPU",
      memoryOptions(data?.gpu_memory_gib ?? []),
      (size) => `${size} GiB or more`,
    ),
    few("gpu_count", "GPUs", "GPUs in the machine", COUNTS, (count) =>
      count === 1 ? "1 GPU" : `${count} GPUs`,
    ),
    many("provider", "Cloud", "clouds", clouds, cloudName),
    many("region", "Region", "regions", regions),
    {
      key: "price",
      label: url.price === undefined ? "Price" : `Up to ${rate(Math.round(url.price * 1_000_000))}`,
      active: url.price !== undefined,
      body: (
        <PriceField value={url.price} onChange={(price) => filter({ price }, { replace: true })} />
      ),
    },
    {
      key: "more",
      label: moreLabel(url),
      active: url.spot !== undefined || url.sold_out === true,
      body: (
        <div className="grid gap-3">
          <PickOne
            label="Spot machines"
            value={spot}
            options={[
              ["", "With and without spot"],
              ["false", "No spot"],
              ["true", "Only spot"],
            ]}
            onChange={(text) => filter({ spot: text === "" ? undefined : text === "true" })}
          />
          <p className="text-label text-mute">
            The cloud can take a spot machine back at any time.
          </p>
          <PickOne
            label="Stock"
            value={stock}
            options={[
              ["", "Only what is in stock"],
              ["all", "Include what is sold out"],
            ]}
            onChange={(text) => filter({ sold_out: text === "all" ? true : undefined })}
            className="border-t border-line pt-2"
          />
        </div>
      ),
    },
  ];
}

/** The most an hour may cost; it applies shortly after typing. */
function PriceField({
  value,
  onChange,
}: {
  value: number | undefined;
  onChange: (price: number | undefined) => void;
}) {
  const [typed, setTyped] = useState(value === undefined ? "" : String(value));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const micros = parseUsd(typed);
  const wrong =
    typed.trim() !== "" && (micros === null || micros === 0 || micros > PRICE_MAX * 1_000_000);
  const apply = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    const amount = parseUsd(text);
    if (text.trim() === "" || (amount && amount <= PRICE_MAX * 1_000_000))
      timer.current = setTimeout(
        () => onChange(amount ? amount / 1_000_000 : undefined),
        TYPING_MS,
      );
  };
  return (
    <Field
      label="Most dollars per hour"
      error={wrong ? "Enter an amount such as 2.50." : null}
      className="w-56 max-lg:w-full"
    >
      <Input
        inputMode="decimal"
        value={typed}
        onChange={(event) => apply(event.target.value)}
        placeholder="Any"
        autoComplete="off"
      />
    </Field>
  );
}

/** The filters as a row of pills. */
export function FilterBar(props: FiltersProps) {
  const sections = useSections(props);
  return (
    <div role="group" aria-label="Filters" className="flex flex-wrap items-center gap-2">
      {sections.map(({ key, label, active, body }) => (
        <Popover key={key} label={label} active={active}>
          <div className="min-w-60">{body}</div>
        </Popover>
      ))}
      {hasFilters(props.url) && (
        <Button tone="quiet" onClick={props.onClear}>
          Clear filters
        </Button>
      )}
    </div>
  );
}

/** The filters behind one button. */
export function FilterDialog(props: FiltersProps & { total?: number }) {
  const [open, setOpen] = useState(false);
  const sections = useSections(props);
  const set = FILTERS.filter((name) => props.url[name] !== undefined).length;
  return (
    <>
      <Button onClick={() => setOpen(true)} className="rounded-full">
        <SlidersHorizontal size={15} aria-hidden />
        Filters
        {set > 0 && (
          <span className="num rounded-full bg-brand-soft px-1.5 text-label text-brand-ink">
            {set}
            <span className="sr-only"> set</span>
          </span>
        )}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Filters">
        <div className="grid">
          {sections.map(({ key, label, active, body }) => (
            <details key={key} className="group border-b border-line py-1">
              <summary className="flex min-h-11 items-center justify-between gap-2 font-medium">
                <span>
                  {label}
                  {active && <span className="ml-2 text-label text-brand-ink">set</span>}
                </span>
                <ChevronDown
                  size={15}
                  aria-hidden
                  className="transition-transform group-open:rotate-180"
                />
              </summary>
              <div className="pb-3">{body}</div>
            </details>
          ))}
        </div>
        <div className="mt-4 flex justify-between gap-2">
          <Button tone="quiet" onClick={props.onClear}>
            Clear filters
          </Button>
          <Button tone="primary" onClick={() => setOpen(false)}>
            {props.total === undefined
              ? "Show offers"
              : `Show ${props.total.toLocaleString("en-US")} ${props.total === 1 ? "offer" : "offers"}`}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
