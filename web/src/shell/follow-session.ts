// What happens to the page when a session begins or ends, here or in another tab.

import type { QueryClient } from "@tanstack/react-query";
import { onSession } from "../api/session.ts";
import { isForEveryone } from "./pages.ts";
import { type newRouter, signInFrom } from "./router.tsx";

/**
 * Nobody may see anything of the previous person. A session that ends leads to the sign-in and
 * back.
 */
export function followSession(
  client: QueryClient,
  router: ReturnType<typeof newRouter>,
): () => void {
  return onSession((signedIn) => {
    const { location } = router.state;
    if (signedIn || isForEveryone(location.pathname)) client.clear();
    else {
      // Leave the page first: its queries would otherwise run again, without a session.
      void client.cancelQueries();
      void router.navigate(signInFrom(location)).then(() => client.clear());
    }
  });
}
