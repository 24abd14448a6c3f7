// The page's URL, read and changed.

import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { type OffersUrl, parseOfferSearch } from "./search.ts";

const route = getRouteApi("/shell/offers");

export type Change = (patch: Partial<OffersUrl>, options?: { replace?: boolean }) => void;

/**
 * The URL and how to change it: each change is a step of the back button unless it should
 * `replace`.
 */
export function useOffersUrl(): [OffersUrl, Change] {
  const url = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback<Change>(
    (patch, { replace = false } = {}) => {
      void navigate({
        search: (was) =>
          parseOfferSearch({ ...was, ...patch } as Parameters<typeof parseOfferSearch>[0]),
        replace,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [url, change];
}
