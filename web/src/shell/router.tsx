// Which page an address shows, from the table of pages.

import type { QueryClient } from "@tanstack/react-query";
import {
  type AnyValidator,
  type Constrain,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  type DefaultValidator,
  lazyRouteComponent,
  Outlet,
  type ParsedLocation,
  redirect,
  type RouterHistory,
} from "@tanstack/react-router";
import { mayHaveSession } from "../api/session.ts";
import { NotFound, PageError, PagePending } from "./fallbacks.tsx";
import { type Frame, type PageRow, PAGES } from "./pages.ts";
import { Shell } from "./shell.tsx";

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
  /** Kept in this browser's history only: what should not appear in a URL. */
  interface HistoryState {
    email?: string;
    /** When a code was mailed there, milliseconds since 1970. */
    mailedAt?: number;
  }
}

/** Leads to the sign-in and back. A fragment stays a fragment, so that no server receives it. */
export const signInFrom = ({
  pathname,
  searchStr,
  hash,
}: Pick<ParsedLocation, "pathname" | "searchStr" | "hash">) =>
  ({ to: "/login", search: { next: pathname + searchStr }, hash }) as const;

const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet });
const entry = createRoute({
  getParentRoute: () => root,
  id: "entry",
  component: lazyRouteComponent(() => import("./entry.tsx"), "Entry"),
});
const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });
/** Pages that need a session; anyone without one signs in first and comes back. */
const own = createRoute({
  getParentRoute: () => shell,
  id: "own",
  beforeLoad: ({ location }) => {
    if (!mayHaveSession()) throw redirect(signInFrom(location));
  },
});

// One function per frame, so that a route's type knows its parent and thus its whole address.
const options = <Path extends string, Read>({
  path,
  component,
  read,
}: PageRow<Frame, Path, Read>) => ({
  path,
  component,
  validateSearch: read as Constrain<Read, AnyValidator, DefaultValidator>,
});
const entryRoute = <Path extends string, Read>(row: PageRow<"entry", Path, Read>) =>
  createRoute({ getParentRoute: () => entry, ...options(row) });
const openRoute = <Path extends string, Read>(row: PageRow<"open", Path, Read>) =>
  createRoute({ getParentRoute: () => shell, ...options(row) });
const ownRoute = <Path extends string, Read>(row: PageRow<"own", Path, Read>) =>
  createRoute({ getParentRoute: () => own, ...options(row) });

type Pages = typeof PAGES;
type RouteOf<Row> =
  Row extends PageRow<infer F, infer Path, infer Read>
    ? F extends "entry"
      ? ReturnType<typeof entryRoute<Path, Read>>
      : F extends "open"
        ? ReturnType<typeof openRoute<Path, Read>>
        : ReturnType<typeof ownRoute<Path, Read>>
    : never;
type RoutesIn<F extends Frame> = {
  [Name in keyof Pages as Pages[Name]["frame"] extends F ? Name : never]: RouteOf<Pages[Name]>;
};

/** The routes of one frame, made by `make`. */
function routesIn<F extends Frame>(
  frame: F,
  make: (row: PageRow<F, string, undefined>) => unknown,
): RoutesIn<F> {
  const rows = Object.entries(PAGES).filter(([, row]) => row.frame === frame);
  return Object.fromEntries(
    rows.map(([name, row]) => [name, make(row as PageRow<F, string, undefined>)]),
  ) as RoutesIn<F>;
}

/** What no other route matches. */
const nowhere = createRoute({ getParentRoute: () => shell, path: "$", component: NotFound });

const tree = root.addChildren({
  entry: entry.addChildren(routesIn("entry", entryRoute)),
  shell: shell.addChildren({
    ...routesIn("open", openRoute),
    own: own.addChildren(routesIn("own", ownRoute)),
    nowhere,
  }),
});

/** Search parameters are plain strings in the URL; each page's `read` gives them their types. */
const parseSearch = (search: string): Record<string, unknown> =>
  Object.fromEntries(new URLSearchParams(search));
function stringifySearch(search: Record<string, unknown>): string {
  const kept = Object.entries(search).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return kept.length > 0
    ? `?${new URLSearchParams(kept.map(([key, value]) => [key, String(value)]))}`
    : "";
}

export function newRouter(client: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    context: { client },
    history,
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageError,
    defaultPendingComponent: PagePending,
  });
}
