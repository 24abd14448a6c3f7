// The console's frame: where one can go, which tenant and mode this is, what is left in the wallet.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import {
  Bell,
  CreditCard,
  LayoutDashboard,
  LogOut,
  Menu,
  Search,
  Server,
  ShoppingBag,
  User,
  X,
} from "lucide-react";
import {
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { messageOf } from "../api/errors.ts";
import { queries } from "../api/queries.ts";
import { mayHaveSession, onSession } from "../api/session.ts";
import { FIRST_SEARCH } from "../lib/first-offers.ts";
import { usd } from "../lib/money.ts";
import { span } from "../lib/time.ts";
import { Mark, SandboxStrip, useBrandName } from "../ui/brand.tsx";
import { buttonClass, cx, IconButton, Popover, Progress, toast, Toasts } from "../ui/index.ts";
import { LostStrip, usePolling } from "../ui/live.tsx";
import { learnTenant } from "../ui/tenant.ts";
import { burnRate, hoursLeft } from "../nouns/money/burn.ts";
import { useSignOut } from "../nouns/session/sign-out.ts";
import { ThemeButton } from "./theme-button.tsx";

const loadPalette = () => import("./palette.tsx");
const Palette = lazy(loadPalette);

const PLACES = [
  { to: "/overview", search: undefined, label: "Overview", Icon: LayoutDashboard },
  { to: "/offers", search: FIRST_SEARCH, label: "Browse GPUs", Icon: ShoppingBag },
  { to: "/pods", search: undefined, label: "Pods", Icon: Server },
  { to: "/billing", search: {}, label: "Billing", Icon: CreditCard },
  { to: "/notifications", search: undefined, label: "Notifications", Icon: Bell },
  { to: "/account", search: undefined, label: "Account", Icon: User },
] as const;

/** Each answer about the person says which tenant this is by now, also in a tab that is open since yesterday. */
function useTenantOfNow(signedIn: boolean) {
  const tenant = useQuery({ ...queries.me(), enabled: signedIn }).data?.tenant;
  useEffect(() => {
    if (tenant) learnTenant(tenant);
  }, [tenant]);
}

export function Shell() {
  const [searching, setSearching] = useState(false);
  const signedIn = useSignedIn();
  useTenantOfNow(signedIn);
  useFocusOnNavigation();
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== "k" ||
        !(event.ctrlKey || event.metaKey) ||
        event.altKey ||
        event.shiftKey
      )
        return;
      event.preventDefault();
      setSearching((was) => !was);
    };
    addEventListener("keydown", open);
    // There before it is asked for, so that no typed letter is lost.
    const idle = setTimeout(() => void loadPalette(), 2_000);
    return () => {
      removeEventListener("keydown", open);
      clearTimeout(idle);
    };
  }, []);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[220px_minmax(0,1fr)] print:block">
      <a href="#main" className="skip-link">
        Skip to the content
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col border-r border-line p-3 md:flex print:hidden">
        <Home />
        <Places signedIn={signedIn} />
        {signedIn && (
          <div className="mt-auto">
            <Credit />
          </div>
        )}
      </aside>
      <div className="min-w-0">
        <SandboxStrip />
        <LostStrip />
        <header className="sticky top-0 z-20 flex h-14 items-center gap-2 border-b border-line bg-bg px-4 md:px-6 print:hidden">
          <MobileMenu signedIn={signedIn} />
          <button
            type="button"
            onClick={() => setSearching(true)}
            className="hidden h-9 w-full max-w-96 items-center gap-2.5 rounded-control border border-line2 bg-surface px-3 text-mute transition-colors hover:border-mute md:flex"
          >
            <Search size={15} aria-hidden className="shrink-0" />
            <span className="truncate">Search pods, GPUs, pages</span>
            <kbd className="ml-auto rounded-sm whitespace-nowrap border border-line2 px-1.5 font-mono text-meta">
              Ctrl K
            </kbd>
          </button>
          <div className="ml-auto flex items-center gap-1">
            <span className="md:hidden">
              <IconButton label="Search" onClick={() => setSearching(true)}>
                <Search size={17} aria-hidden />
              </IconButton>
            </span>
            <ThemeButton />
            {signedIn ? (
              <>
                <Bells />
                <Person />
              </>
            ) : (
              <>
                <Link to="/login" className={buttonClass("quiet")}>
                  Sign in
                </Link>
                <Link to="/register" className={buttonClass("primary")}>
                  Get started
                </Link>
              </>
            )}
          </div>
        </header>
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto max-w-[1320px] px-4 py-5 md:px-6 print:max-w-none print:p-0"
        >
          <Outlet />
        </main>
      </div>
      {searching && (
        <Suspense>
          <Palette onClose={() => setSearching(false)} signedIn={signedIn} />
        </Suspense>
      )}
      <Toasts />
    </div>
  );
}

/** Whether a session is there, followed as it begins and ends. */
const useSignedIn = (): boolean => useSyncExternalStore(onSession, mayHaveSession);

/** After a change of page the focus goes to the page, as it would with a full load; the first one keeps the browser's. */
function useFocusOnNavigation() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== undefined && before.current !== path)
      document.getElementById("main")?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
}

function Home() {
  return (
    <a href="/" className="mb-4 flex items-center gap-2.5 rounded-sm px-2 py-1.5 font-semibold">
      <Mark />
      <span className="text-read">{useBrandName()}</span>
    </a>
  );
}

function Places({ signedIn, onGo }: { signedIn: boolean; onGo?: () => void }) {
  const places = signedIn ? PLACES : PLACES.filter(({ to }) => to === "/offers");
  return (
    <nav aria-label="Main">
      <ul className="grid gap-1">
        {places.map(({ to, search, label, Icon }) => (
          <li key={to}>
            <Link
              to={to}
              search={search}
              onClick={onGo}
              className="flex h-9 items-center gap-3 rounded-control px-2.5 text-mute transition-colors hover:bg-sunk hover:text-ink max-md:h-11"
              activeProps={{
                className: "bg-brand-soft !text-brand-ink font-medium",
                "aria-current": "page",
              }}
              activeOptions={{ includeSearch: false }}
            >
              <Icon size={16} aria-hidden />
              {label}
              {to === "/pods" && <LiveCount />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function LiveCount() {
  const { data } = useQuery(queries.livePods());
  return data && data.items.length > 0 ? (
    <span className="num ml-auto text-label">
      <span className="sr-only">live: </span>
      {data.items.length}
    </span>
  ) : null;
}

/** What is left, and how long it lasts. */
function Credit() {
  const polling = usePolling(10_000);
  const wallet = useQuery({ ...queries.wallet(), refetchInterval: polling }).data;
  const pods = useQuery({ ...queries.livePods(), refetchInterval: polling }).data;
  if (!wallet || !pods) return null;
  const burn = burnRate(pods.items);
  const hours = hoursLeft(wallet, burn);
  const total = wallet.available_usd_micros + wallet.held_usd_micros;
  return (
    <Link to="/billing" className="card grid gap-2 p-3 transition-colors hover:border-line2">
      <span className="flex justify-between gap-2">
        <span className="text-mute">Credit</span>
        <strong className="num font-semibold">{usd(wallet.available_usd_micros)}</strong>
      </span>
      <Progress
        label="Part of the money that is free"
        value={total > 0 ? wallet.available_usd_micros / total : 0}
      />
      <span className="num text-label text-mute">
        {hours === null ? "Nothing is running" : `≈ ${span(hours * 3600)} at the current burn`}
      </span>
    </Link>
  );
}

function Bells() {
  const { data } = useInfiniteQuery({ ...queries.notifications(), refetchInterval: 120_000 });
  const unread = data?.pages[0]?.unread ?? 0;
  return (
    <Link
      to="/notifications"
      aria-label={unread > 0 ? `Notifications, ${unread} unread` : "Notifications"}
      className="relative inline-flex size-9 items-center justify-center rounded-control text-mute transition-colors hover:bg-sunk hover:text-ink"
    >
      <Bell size={17} aria-hidden />
      {unread > 0 && (
        <span aria-hidden className="absolute top-2 right-2 size-2 rounded-full bg-bad" />
      )}
    </Link>
  );
}

function Person() {
  const me = useQuery(queries.me()).data;
  const signOut = useSignOut();
  const initials =
    (me?.name ?? "")
      .split(/\s+/)
      .map((part) => part[0] ?? "")
      .slice(0, 2)
      .join("")
      .toUpperCase() || "…";
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      toast(messageOf(error), { bad: true });
    }
  };
  const row = "flex h-9 w-full items-center gap-2.5 rounded-sm px-2 hover:bg-sunk";
  return (
    <Popover
      name={`Your account, ${initials}`}
      align="end"
      chevron={false}
      label={initials}
      className="inline-flex size-9 items-center justify-center rounded-full bg-ink text-label font-semibold text-bg"
    >
      {(close): ReactNode => (
        <div className="grid w-56 gap-1">
          <div className="border-b border-line px-2 pb-2">
            <p className="truncate font-medium">{me?.name}</p>
            <p className="truncate text-label text-mute">{me?.email}</p>
          </div>
          <Link to="/account" onClick={close} className={row}>
            <User size={15} aria-hidden />
            Account
          </Link>
          <button type="button" className={row} onClick={() => void leave()}>
            <LogOut size={15} aria-hidden />
            Sign out
          </button>
        </div>
      )}
    </Popover>
  );
}

function MobileMenu({ signedIn }: { signedIn: boolean }) {
  const [open, setOpen] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = () => setOpen(false);
  return (
    <div className="flex items-center gap-1 md:hidden">
      <IconButton label="Menu" onClick={() => setOpen(true)} aria-expanded={open}>
        <Menu size={18} aria-hidden />
      </IconButton>
      <a
        href="/"
        aria-label={useBrandName()}
        className="inline-flex size-9 items-center justify-center"
      >
        <Mark />
      </a>
      <dialog
        ref={dialog}
        aria-label="Menu"
        onClose={close}
        onClick={(event) => {
          if (event.target === dialog.current) close();
        }}
        className={cx(
          "m-0 h-dvh max-h-none w-72 max-w-[85vw] flex-col border-r border-line bg-bg p-3",
          open && "flex",
        )}
      >
        {open && (
          <>
            <div className="flex items-start justify-between">
              <Home />
              <IconButton label="Close the menu" onClick={close}>
                <X size={17} aria-hidden />
              </IconButton>
            </div>
            <Places signedIn={signedIn} onGo={close} />
            {signedIn && (
              <div className="mt-auto pt-4">
                <Credit />
              </div>
            )}
          </>
        )}
      </dialog>
    </div>
  );
}
