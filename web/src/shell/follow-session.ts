// What the page does when a session begins or ends, here or in another tab.

import type { QueryClient } from "@tanstack/react-query";
import { onSession } from "../api/session.ts";
import { isForEveryone } from "./pages.ts";
import { type newRouter, signInFrom } from "./router.tsx";

/** Nothing of one person may be seen by the next. A session that ends leads to the sign-in, and from there back. */
export function followSession(
  client: QueryClient,
  router: ReturnType<typeof newRouter>,
): () => void {
  return onSession((signedIn) => {
    const { location } = router.state;
    if (signedIn || isForEveryone(location.pathname)) client.clear();
    else {
      // First away from the page: what stands on it would ask for everything anew, as a stranger.
      void client.cancelQueries();
      void router.navigate(signInFrom(location)).then(() => client.clear());
    }
  });
}
