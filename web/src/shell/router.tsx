// Which page an address shows. Every page is a file of its own, fetched when it is first needed.

import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type ParsedLocation,
  redirect,
  type RouterHistory,
} from "@tanstack/react-router";
import { mayHaveSession } from "../api/session.ts";
import { safeNext } from "../lib/next.ts";
import { BILLING_TABS } from "../pages/billing/tabs.ts";
import { parseOfferSearch } from "../pages/offers/search.ts";
import { NotFound, PageError, PagePending } from "./fallbacks.tsx";
import { Shell } from "./shell.tsx";

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
  /** Known to this browser's history alone: what should stand in no URL. */
  interface HistoryState {
    email?: string;
    /** When a code was mailed there, milliseconds since 1970. */ mailedAt?: number;
  }
}

type Raw = Record<string, unknown>;
const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
const oneOf = <T extends string>(value: unknown, of: readonly T[]): T | undefined =>
  of.find((one) => one === value);
export const PLANS = ["free", "pro", "enterprise"] as const;
export const INTERVALS = ["month", "year"] as const;
/** Where to sign in and come back from. A fragment stays one, so that no server is sent what it holds. */
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
const auth = (name: "Register" | "Verify" | "Login" | "Forgot" | "Reset") =>
  lazyRouteComponent(() => import("../pages/auth/index.ts"), name);
const register = createRoute({
  getParentRoute: () => entry,
  path: "/register",
  component: auth("Register"),
  validateSearch: (
    raw: Raw,
  ): { plan?: (typeof PLANS)[number]; interval?: (typeof INTERVALS)[number]; next?: string } => ({
    plan: oneOf(raw.plan, PLANS),
    interval: oneOf(raw.interval, INTERVALS),
    next: safeNext(raw.next),
  }),
});
const nextOnly = (raw: Raw): { next?: string } => ({ next: safeNext(raw.next) });
const verify = createRoute({
  getParentRoute: () => entry,
  path: "/verify",
  component: auth("Verify"),
  validateSearch: nextOnly,
});
const login = createRoute({
  getParentRoute: () => entry,
  path: "/login",
  component: auth("Login"),
  validateSearch: nextOnly,
});
const forgot = createRoute({
  getParentRoute: () => entry,
  path: "/forgot",
  component: auth("Forgot"),
});
const reset = createRoute({
  getParentRoute: () => entry,
  path: "/reset",
  component: auth("Reset"),
});

const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });
const offers = createRoute({
  getParentRoute: () => shell,
  path: "/offers",
  component: lazyRouteComponent(() => import("../pages/offers/index.ts"), "Offers"),
  validateSearch: parseOfferSearch,
});

/** Pages of a signed-in person; everyone else signs in first and comes back. */
const own = createRoute({
  getParentRoute: () => shell,
  id: "own",
  beforeLoad: ({ location }) => {
    if (!mayHaveSession()) throw redirect(signInFrom(location));
  },
});
const overview = createRoute({
  getParentRoute: () => own,
  path: "/overview",
  component: lazyRouteComponent(() => import("../pages/overview/index.ts"), "Overview"),
});
const configure = createRoute({
  getParentRoute: () => own,
  path: "/configure",
  component: lazyRouteComponent(() => import("../pages/configure/index.ts"), "Configure"),
  validateSearch: (raw: Raw): { offer?: string; draft?: string } => ({
    offer: text(raw.offer),
    draft: text(raw.draft),
  }),
});
const review = createRoute({
  getParentRoute: () => own,
  path: "/review/$quoteId",
  component: lazyRouteComponent(() => import("../pages/review/index.ts"), "Review"),
  validateSearch: (raw: Raw): { name?: string; draft?: string } => ({
    name: text(raw.name),
    draft: text(raw.draft),
  }),
});
const pods = createRoute({
  getParentRoute: () => own,
  path: "/pods",
  component: lazyRouteComponent(() => import("../pages/pods/index.ts"), "Pods"),
  validateSearch: (raw: Raw): { show?: "live" } => ({ show: oneOf(raw.show, ["live"] as const) }),
});
const pod = createRoute({
  getParentRoute: () => own,
  path: "/pods/$podId",
  component: lazyRouteComponent(() => import("../pages/pod/index.ts"), "Pod"),
});
const activate = createRoute({
  getParentRoute: () => own,
  path: "/activate",
  component: lazyRouteComponent(() => import("../pages/activate/index.ts"), "Activate"),
});
const billing = createRoute({
  getParentRoute: () => own,
  path: "/billing",
  component: lazyRouteComponent(() => import("../pages/billing/index.ts"), "Billing"),
  validateSearch: (
    raw: Raw,
  ): { tab?: (typeof BILLING_TABS)[number]; from?: string; to?: string } => ({
    tab: oneOf(raw.tab, BILLING_TABS),
    from: text(raw.from),
    to: text(raw.to),
  }),
});
const invoice = createRoute({
  getParentRoute: () => own,
  path: "/billing/invoices/$period",
  component: lazyRouteComponent(() => import("../pages/billing/index.ts"), "Invoice"),
});
const pay = createRoute({
  getParentRoute: () => own,
  path: "/pay",
  component: lazyRouteComponent(() => import("../pages/pay/index.ts"), "Pay"),
  validateSearch: (
    raw: Raw,
  ): { plan?: (typeof PLANS)[number]; interval?: (typeof INTERVALS)[number] } => ({
    plan: oneOf(raw.plan, PLANS),
    interval: oneOf(raw.interval, INTERVALS),
  }),
});
const notifications = createRoute({
  getParentRoute: () => own,
  path: "/notifications",
  component: lazyRouteComponent(() => import("../pages/notifications/index.ts"), "Notifications"),
});
const account = createRoute({
  getParentRoute: () => own,
  path: "/account",
  component: lazyRouteComponent(() => import("../pages/account/index.ts"), "Account"),
});

const tree = root.addChildren([
  entry.addChildren([register, verify, login, forgot, reset]),
  shell.addChildren([
    offers,
    own.addChildren([
      overview,
      configure,
      review,
      pods,
      pod,
      activate,
      billing,
      invoice,
      pay,
      notifications,
      account,
    ]),
  ]),
]);

/** Search parameters are plain strings in the URL; each page's parser gives them their types. */
const parseSearch = (search: string): Raw => Object.fromEntries(new URLSearchParams(search));
function stringifySearch(search: Raw): string {
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
