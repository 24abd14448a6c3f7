// The one table of pages: the address of each, who sees it, what it reads from its address, and its
// name in the menu and the search. The router, the menu, the search and the browser tests derive
// from it; only the edge has a list of its own: `WebPages` in `template.yaml`, and `PAGES` of the
// local run. Its order is the menu's.

import { lazyRouteComponent, type LinkProps, type RouteComponent } from "@tanstack/react-router";
import {
  Bell,
  Cloud,
  CreditCard,
  LayoutDashboard,
  type LucideIcon,
  Server,
  ShoppingBag,
  User,
} from "lucide-react";
import { FIRST_SEARCH } from "../lib/first-offers.ts";
import { safeNext } from "../lib/next.ts";
import { BILLING_TABS } from "../pages/billing/tabs.ts";
import { parseCloudsSearch } from "../pages/clouds/sorting.ts";
import { parseOfferSearch } from "../pages/offers/search.ts";

/**
 * `entry` pages come before the console; `open` ones are in it for everyone, `own` ones need a
 * session.
 */
export type Frame = "entry" | "open" | "own";

type SearchOf<Read> = Read extends (raw: never) => infer Search ? Search : undefined;

interface Place<Search> {
  label: string;
  search?: Search;
}

export interface PageRow<F extends Frame, Path extends string, Read> {
  frame: F;
  path: Path;
  /** In its own bundle, loaded when it is first needed. */
  component: RouteComponent;
  /** The menu's item that is current while this page is shown. */
  under?: string;
  /** Reads the search parameters; invalid ones are dropped. */
  read?: Read;
  menu?: Place<SearchOf<Read>> & { Icon: LucideIcon };
  /** The entries by which the search finds it. */
  palette?: readonly Place<SearchOf<Read>>[];
}

/** Infers a row's types, against which links and pages are checked. */
const page = <F extends Frame, Path extends string, Read = undefined>(
  row: PageRow<F, Path, Read>,
): PageRow<F, Path, Read> => row;

type Raw = Record<string, unknown>;
const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
const oneOf = <T extends string>(value: unknown, of: readonly T[]): T | undefined =>
  of.find((one) => one === value);

const PLANS = ["free", "pro", "enterprise"] as const;
const INTERVALS = ["month", "year"] as const;
interface PlanChoice {
  plan?: (typeof PLANS)[number];
  interval?: (typeof INTERVALS)[number];
}
const planChoice = (raw: Raw): PlanChoice => ({
  plan: oneOf(raw.plan, PLANS),
  interval: oneOf(raw.interval, INTERVALS),
});
interface BillingSearch {
  tab?: (typeof BILLING_TABS)[number];
  /** How the statement is shown. */
  view?: "ledger";
  /** The days of the usage. */
  from?: string;
  to?: string;
}
const nextOnly = (raw: Raw): { next?: string } => ({ next: safeNext(raw.next) });

interface BillingSearch {
  tab?: (typeof BILLING_TABS)[number];
  from?: string;
  to?: string;
  /** An amount to pay in, dollars, and where to continue once it is paid. */
  amount?: string;
  next?: string;
}

export const PAGES = {
  overview: page({
    frame: "own",
    path: "/overview",
    component: lazyRouteComponent(() => import("../pages/overview/overview.tsx"), "Overview"),
    menu: { label: "Overview", Icon: LayoutDashboard },
    palette: [{ label: "Overview" }],
  }),
  offers: page({
    frame: "open",
    path: "/offers",
    component: lazyRouteComponent(() => import("../pages/offers/offers.tsx"), "Offers"),
    read: parseOfferSearch,
    menu: { label: "Browse GPUs", Icon: ShoppingBag, search: FIRST_SEARCH },
    palette: [{ label: "Browse GPUs" }],
  }),
  offer: page({
    frame: "open",
    path: "/offers/$offerId",
    component: lazyRouteComponent(() => import("../pages/offers/detail.tsx"), "OfferDetail"),
    read: (raw: Raw): { days?: "7" | "90" } => ({ days: oneOf(raw.days, ["7", "90"] as const) }),
  }),
  clouds: page({
    frame: "open",
    path: "/clouds",
    component: lazyRouteComponent(() => import("../pages/clouds/clouds.tsx"), "Clouds"),
    read: parseCloudsSearch,
    menu: { label: "Clouds", Icon: Cloud, search: {} },
    palette: [{ label: "Clouds and how they are doing" }],
  }),
  configure: page({
    frame: "own",
    path: "/configure",
    under: "/offers",
    component: lazyRouteComponent(() => import("../pages/configure/configure.tsx"), "Configure"),
    // `again`: a quote of this offer, to begin with what was configured then.
    read: (raw: Raw): { offer?: string; draft?: string; again?: string } => ({
      offer: text(raw.offer),
      draft: text(raw.draft),
      again: text(raw.again),
    }),
  }),
  review: page({
    frame: "own",
    path: "/review/$quoteId",
    under: "/offers",
    component: lazyRouteComponent(() => import("../pages/review/review.tsx"), "Review"),
    read: (raw: Raw): { name?: string; draft?: string } => ({
      name: text(raw.name),
      draft: text(raw.draft),
    }),
  }),
  pods: page({
    frame: "own",
    path: "/pods",
    component: lazyRouteComponent(() => import("../pages/pods/pods.tsx"), "Pods"),
    read: (raw: Raw): { show?: "ended" } => ({ show: oneOf(raw.show, ["ended"] as const) }),
    menu: { label: "Pods", Icon: Server },
    palette: [{ label: "Pods" }],
  }),
  pod: page({
    frame: "own",
    path: "/pods/$podId",
    component: lazyRouteComponent(() => import("../pages/pod/pod.tsx"), "Pod"),
  }),
  activate: page({
    frame: "own",
    path: "/activate",
    under: "/pods",
    component: lazyRouteComponent(() => import("../pages/activate/activate.tsx"), "Activate"),
  }),
  billing: page({
    frame: "own",
    path: "/billing",
    component: lazyRouteComponent(() => import("../pages/billing/billing.tsx"), "Billing"),
    read: (raw: Raw): BillingSearch => ({
      tab: oneOf(raw.tab, BILLING_TABS),
      view: oneOf(raw.view, ["ledger"] as const),
      from: text(raw.from),
      to: text(raw.to),
      amount: text(raw.amount),
      ...nextOnly(raw),
    }),
    menu: { label: "Billing", Icon: CreditCard, search: {} },
    palette: [
      { label: "Wallet and adding money" },
      { label: "Statement", search: { tab: "statement" } },
      { label: "Usage", search: { tab: "usage" } },
      { label: "Invoices", search: { tab: "invoices" } },
      { label: "Cards", search: { tab: "cards" } },
      { label: "Plan", search: { tab: "plan" } },
    ],
  }),
  invoice: page({
    frame: "own",
    path: "/billing/invoices/$period",
    component: lazyRouteComponent(() => import("../pages/billing/invoice.tsx"), "Invoice"),
  }),
  pay: page({
    frame: "own",
    path: "/pay",
    component: lazyRouteComponent(() => import("../pages/pay/pay.tsx"), "Pay"),
    read: planChoice,
  }),
  notifications: page({
    frame: "own",
    path: "/notifications",
    component: lazyRouteComponent(
      () => import("../pages/notifications/notifications.tsx"),
      "Notifications",
    ),
    menu: { label: "Notifications", Icon: Bell },
    palette: [{ label: "Notifications and price alerts" }],
  }),
  account: page({
    frame: "own",
    path: "/account",
    component: lazyRouteComponent(() => import("../pages/account/account.tsx"), "Account"),
    menu: { label: "Account", Icon: User },
    palette: [{ label: "Account and SSH keys" }],
  }),
  login: page({
    frame: "entry",
    path: "/login",
    component: lazyRouteComponent(() => import("../pages/auth/login.tsx"), "Login"),
    read: nextOnly,
    palette: [{ label: "Sign in" }],
  }),
  register: page({
    frame: "entry",
    path: "/register",
    component: lazyRouteComponent(() => import("../pages/auth/register.tsx"), "Register"),
    read: (raw: Raw): PlanChoice & { next?: string } => ({ ...planChoice(raw), ...nextOnly(raw) }),
    palette: [{ label: "Create an account" }],
  }),
  verify: page({
    frame: "entry",
    path: "/verify",
    component: lazyRouteComponent(() => import("../pages/auth/verify.tsx"), "Verify"),
    read: nextOnly,
  }),
  forgot: page({
    frame: "entry",
    path: "/forgot",
    component: lazyRouteComponent(() => import("../pages/auth/forgot.tsx"), "Forgot"),
  }),
  reset: page({
    frame: "entry",
    path: "/reset",
    component: lazyRouteComponent(() => import("../pages/auth/reset.tsx"), "Reset"),
  }),
};

/** The rows under one type, where the types of addresses do not matter. */
const ROWS: readonly PageRow<Frame, string, unknown>[] = Object.values(PAGES);

/** A link and its label; that its address exists has been checked in the table. */
export interface PlaceLink {
  label: string;
  to: LinkProps["to"];
  search: LinkProps["search"];
}
const linkTo = (path: string, { label, search }: Place<unknown>): PlaceLink => ({
  label,
  to: path as LinkProps["to"],
  search: search as LinkProps["search"],
});

const seenBy = (signedIn: boolean) => {
  const frames: Frame[] = signedIn ? ["open", "own"] : ["open", "entry"];
  return ROWS.filter(({ frame }) => frames.includes(frame));
};

export const menuOf = (signedIn: boolean): (PlaceLink & { Icon: LucideIcon })[] =>
  seenBy(signedIn).flatMap(({ path, menu }) =>
    menu ? { ...linkTo(path, menu), Icon: menu.Icon } : [],
  );

/** The menu's item for a page that is not in the menu itself. */
export const menuItemOf = (path: string): string | undefined =>
  ROWS.find((row) => row.under && path.split("/")[1] === row.path.split("/")[1])?.under;

export const paletteOf = (signedIn: boolean): PlaceLink[] =>
  seenBy(signedIn).flatMap(({ path, palette = [] }) => palette.map((place) => linkTo(path, place)));

/** Whether a page shows nothing personal, so that it can stay when a session ends. */
export const isForEveryone = (path: string): boolean =>
  ROWS.some((row) => row.frame !== "own" && isAt(path, row.path));

/** Whether an address is a page's, whose parameters may be anything. */
function isAt(path: string, page: string): boolean {
  const [parts, wanted] = [path.split("/"), page.split("/")];
  return (
    parts.length === wanted.length &&
    wanted.every((part, index) => part === parts[index] || part.startsWith("$"))
  );
}
