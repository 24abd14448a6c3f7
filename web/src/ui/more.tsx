// The end of a paged list: the button for the next page, and the error when loading it failed.

import { useState } from "react";
import { messageOf } from "../api/errors.ts";
import { Button } from "./basics.tsx";
import { ErrorNote } from "./states.tsx";

interface Paged {
  isError: boolean;
  data?: unknown;
}
interface Pages extends Paged {
  hasNextPage: boolean;
  isFetchNextPageError: boolean;
  error: unknown;
  fetchNextPage: (options: { cancelRefetch: boolean }) => Promise<Paged>;
}

const TRIES = 4;
const pagesOf = (query: Paged): number =>
  (query.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0;

/**
 * Asks for the next page until it arrives. A push from the server reloads the list, which cancels a
 * page on its way; a click must not cancel it too.
 */
export async function nextPage(query: Pages): Promise<void> {
  const before = pagesOf(query);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const now = await query.fetchNextPage({ cancelRefetch: false });
    if (now.isError || pagesOf(now) > before) return;
  }
}

/** "Show more", while there is more; `query` is a `useInfiniteQuery`. */
export function More({ query, className }: { query: Pages; className?: string }) {
  const [busy, setBusy] = useState(false);
  if (!query.hasNextPage) return null;
  const load = async () => {
    setBusy(true);
    await nextPage(query).finally(() => setBusy(false));
  };
  return (
    <div className={className ?? "grid justify-items-center gap-3 p-4"}>
      {query.isFetchNextPageError && !busy && <ErrorNote>{messageOf(query.error)}</ErrorNote>}
      <Button busy={busy} onClick={() => void load()}>
        Show more
      </Button>
    </div>
  );
}
