// Each filter: what its pill says, and what there is to choose from.

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { queries } from "../../api/queries.ts";
import { parseUsd, rate } from "../../lib/money.ts";
import { cloudName, countryName } from "../../lib/names.ts";
import { Field, Input, Segments, Select } from "../../ui/index.ts";
import {
  cloudOptions,
  countryOptions,
  gpuOptions,
  memoryOptions,
  type Option,
  regionOptions,
} from "./options.ts";
import { useMachineSection } from "./machine-section.tsx";
import { PickMany, PickOne } from "./pick.tsx";
import { type OffersUrl, PRICE_MAX } from "./search.ts";
import type { Change } from "./url.ts";

export interface Section {
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
  [
    spot === undefined ? [] : spot === "true" ? "Only spot" : "With spot",
    soldOut ? "Including sold out" : [],
  ]
    .flat()
    .join(", ") || "More";

/** What else the machine must have, and the sizes to choose from. */
const SIZES = [
  ["vcpus", "vCPUs", "", [4, 8, 16, 32, 64, 128]],
  ["ram", "RAM", " GiB", [16, 32, 64, 128, 256, 512, 1024]],
  ["disk", "Disk", " GiB", [100, 250, 500, 1000, 2000, 5000]],
] as const;

const number = (text: string) => (text === "" ? undefined : Number(text));

interface PickProps<Key extends keyof OffersUrl> {
  key: Key;
  /** What the pill says while nothing is chosen. */
  name: string;
  label: string;
  url: OffersUrl;
  filter: Change;
}

/** A filter with any of many options. */
function many({
  key,
  name,
  label,
  url,
  filter,
  options,
  loading,
  nameOf = (value) => value,
}: PickProps<"gpu" | "region" | "country"> & {
  options: readonly Option[];
  loading: boolean;
  nameOf?: (value: string) => string;
}): Section {
  return {
    key,
    label: labelOf(name, url[key], options, nameOf),
    active: url[key] !== undefined,
    body: (
      <PickMany
        label={label}
        options={options}
        chosen={url[key] ?? []}
        loading={loading}
        nameOf={nameOf}
        onChange={(chosen) => filter({ [key]: chosen })}
      />
    ),
  };
}

/** A filter with one of a few sizes. */
function few({
  key,
  name,
  label,
  url,
  filter,
  sizes,
  say,
}: PickProps<"memory" | "gpu_count"> & {
  sizes: readonly number[];
  say: (size: number) => string;
}): Section {
  const chosen = url[key];
  const all = [...new Set([...sizes, ...(chosen === undefined ? [] : [chosen])])];
  return {
    key,
    label: chosen === undefined ? name : say(chosen),
    active: chosen !== undefined,
    body: (
      <PickOne
        label={label}
        value={String(chosen ?? "")}
        onChange={(text) => filter({ [key]: number(text) })}
        options={[
          ["", "Any"],
          ...all
            .sort((one, other) => one - other)
            .map((size) => [String(size), say(size)] as const),
        ]}
      />
    ),
  };
}

/** Spot and stock. */
function More({ url, filter }: { url: OffersUrl; filter: Change }) {
  return (
    <div className="grid gap-3">
      <PickOne
        label="Spot machines"
        value={url.spot ?? ""}
        options={[
          ["", "No spot machines"],
          ["true", "Only spot"],
          ["any", "With and without spot"],
        ]}
        onChange={(text) => filter({ spot: text === "" ? undefined : text })}
      />
      <p className="text-label text-mute">
        The cloud can take a spot machine back at any time. You can have your pod deployed again
        when it does.
      </p>
      <PickOne
        label="Stock"
        value={url.sold_out ? "all" : ""}
        options={[
          ["", "Only what is in stock"],
          ["all", "Include what is sold out"],
        ]}
        onChange={(text) => filter({ sold_out: text === "all" ? true : undefined })}
        className="border-t border-line pt-2"
      />
    </div>
  );
}

/** vCPUs, RAM and disk of the machine. */
function Sizes({ url, filter }: { url: OffersUrl; filter: Change }) {
  return (
    <div className="grid gap-3">
      {SIZES.map(([key, name, unit, sizes]) => {
        const chosen = url[key];
        const all = [...new Set<number>([...sizes, ...(chosen === undefined ? [] : [chosen])])];
        return (
          <Field key={key} label={`${name}, at least`}>
            <Select
              value={String(chosen ?? "")}
              onChange={({ target: { value } }) => filter({ [key]: number(value) })}
            >
              <option value="">Any</option>
              {all
                .sort((one, other) => one - other)
                .map((size) => (
                  <option key={size} value={size}>
                    {size.toLocaleString("en-US")}
                    {unit}
                  </option>
                ))}
            </Select>
          </Field>
        );
      })}
    </div>
  );
}

/** The clouds that are wanted, or those that are not. */
function Clouds({
  url,
  filter,
  options,
  loading,
}: {
  url: OffersUrl;
  filter: Change;
  options: readonly Option[];
  loading: boolean;
}) {
  const [barred, setBarred] = useState(url.provider_not !== undefined);
  const key = barred ? "provider_not" : "provider";
  return (
    <div className="grid gap-3">
      <Segments
        fill
        label="Which clouds"
        value={barred ? "not" : "only"}
        options={[
          ["only", "Only these"],
          ["not", "All but these"],
        ]}
        onChange={(to) => setBarred(to === "not")}
      />
      <PickMany
        label={barred ? "clouds to leave out" : "clouds"}
        options={options}
        chosen={url[key] ?? []}
        loading={loading}
        nameOf={cloudName}
        onChange={(chosen) => filter({ [key]: chosen })}
      />
    </div>
  );
}

const cloudLabel = (url: OffersUrl, options: readonly Option[]): string => {
  const barred = url.provider_not?.length ?? 0;
  const wanted = labelOf("Cloud", url.provider, options, cloudName);
  return barred === 0 ? wanted : `${wanted}, without ${barred}`;
};

const sizesLabel = (url: OffersUrl): string => {
  const set = SIZES.flatMap(([key, name, unit]) =>
    url[key] === undefined ? [] : `${url[key].toLocaleString("en-US")}${unit} ${name}`,
  );
  return set.length === 1 ? (set[0] ?? "") : set.length > 1 ? `Sizes: ${set.length}` : "Sizes";
};

interface Asked {
  url: OffersUrl;
  change: Change;
  /** A section goes together with its focus. */
  onVanish: () => void;
}

export function useSections({ url, change, onVanish }: Asked): Section[] {
  const { data, isPending: loading } = useQuery(queries.facets());
  const filter: Change = (patch, options) => change({ ...patch, offer: undefined }, options);
  const bar = { url, filter };
  const clouds = cloudOptions(data?.providers ?? []);
  const machine = useMachineSection(url, filter, onVanish);
  return [
    ...machine,
    many({
      key: "gpu",
      name: "GPU",
      label: "GPUs",
      options: gpuOptions(data?.gpus ?? []),
      loading,
      ...bar,
    }),
    few({
      key: "memory",
      name: "VRAM",
      label: "Minimum memory per GPU",
      sizes: memoryOptions(data?.gpu_memory_gib ?? []),
      say: (size) => `${size} GiB or more`,
      ...bar,
    }),
    few({
      key: "gpu_count",
      name: "GPUs",
      label: "GPUs in the machine",
      sizes: COUNTS,
      say: (count) => (count === 1 ? "1 GPU" : `${count} GPUs`),
      ...bar,
    }),
    {
      key: "sizes",
      label: sizesLabel(url),
      active: SIZES.some(([key]) => url[key] !== undefined),
      body: <Sizes {...bar} />,
    },
    {
      key: "provider",
      label: cloudLabel(url, clouds),
      active: url.provider !== undefined || url.provider_not !== undefined,
      body: <Clouds options={clouds} loading={loading} {...bar} />,
    },
    many({
      key: "country",
      name: "Country",
      label: "countries",
      options: countryOptions(data?.countries ?? []),
      loading,
      nameOf: countryName,
      ...bar,
    }),
    many({
      key: "region",
      name: "Region",
      label: "regions",
      options: regionOptions(data?.regions ?? []),
      loading,
      ...bar,
    }),
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
      body: <More {...bar} />,
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
