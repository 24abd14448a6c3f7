// The clouds that sell a machine, for the rows that are unfolded.

import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import type { OfferSearch } from "../../api/queries.ts";
import { queries } from "../../api/queries.ts";
import type { Row } from "./gone.ts";

/** No machine is sold by more clouds than there are. */
const CLOUDS_MAX = 100;

/** What an unfolded row shows below it. */
export interface Unfolded {
  rows: readonly Row[];
  state: "loading" | "failed" | "loaded";
}

/** Which machines are unfolded, and to which clouds; the cheapest stands in the row itself. */
export function useUnfolded(question: OfferSearch) {
  // Whoever asks for one machine wants to see who sells it.
  const [open, setOpen] = useState<readonly string[]>(
    question.machine === undefined ? [] : [question.machine],
  );
  const { workload: _, sort: __, ...asked } = question;
  const answers = useQueries({
    queries: open.map((machine) =>
      queries.clouds({ ...asked, machine, group: "cloud", sort: "price_asc", limit: CLOUDS_MAX }),
    ),
  });
  const of = new Map<string, Unfolded>(
    open.map((machine, place) => {
      const { data, isError } = answers[place] ?? {};
      const rows = (data?.items ?? []).slice(1).map((row) => ({ ...row, inner: true }));
      return [machine, { rows, state: data ? "loaded" : isError ? "failed" : "loading" }];
    }),
  );
  const toggle = (machine: string) =>
    setOpen((was) =>
      was.includes(machine) ? was.filter((one) => one !== machine) : [...was, machine],
    );
  return { of, toggle };
}

/** "3 more clouds", or null where the row is all there is. */
export const moreClouds = (clouds: number): string | null =>
  clouds > 1 ? `${clouds - 1} more ${clouds === 2 ? "cloud" : "clouds"}` : null;
