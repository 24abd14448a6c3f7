// The end of a list that comes in pages: the button for the next page, and the error when it did not come.

import { messageOf } from "../api/errors.ts";
import { Button } from "./basics.tsx";
import { ErrorNote } from "./states.tsx";

interface Pages { hasNextPage: boolean; isFetchingNextPage: boolean; isFetchNextPageError: boolean; error: unknown; fetchNextPage: () => unknown }

/** "Show more", while there is more; `query` is a `useInfiniteQuery`. */
export function More({ query, className }: { query: Pages; className?: string }) {
  if (!query.hasNextPage) return null;
  return (
    <div className={className ?? "grid justify-items-center gap-3 p-4"}>
      {query.isFetchNextPageError && <ErrorNote>{messageOf(query.error)}</ErrorNote>}
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>
    </div>
  );
}
