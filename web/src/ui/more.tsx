// The end of a list that comes in pages: the button for the next page, and the error when it did not come.

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
 * Asks for the next page until it is there. News from the server make the list be read again, which
 * a page under way does not survive, and which no click may cut off.
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
