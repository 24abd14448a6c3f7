// The console's frame: the menu, the search, the tenant and its mode, the person.

import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { queries } from "../api/queries.ts";
import { mayHaveSession, onSession } from "../api/session.ts";
import { SandboxStrip } from "../ui/brand.tsx";
import { buttonClass, cx, IconButton, Toasts } from "../ui/index.ts";
import { LostStrip } from "../ui/live.tsx";
import { learnTenant } from "../ui/tenant.ts";
import { Foot } from "./foot.tsx";
import { MobileMenu, SideMenu } from "./menu.tsx";
import { Bells, Person } from "./person.tsx";
import { ThemeButton } from "./theme-button.tsx";

const loadPalette = () => import("./palette.tsx");
const Palette = lazy(loadPalette);

/**
 * Each answer about the person names the current tenant, so a tab open since yesterday learns of
 * changes.
 */
function useCurrentTenant(signedIn: boolean) {
  const tenant = useQuery({ ...queries.me(), enabled: signedIn }).data?.tenant;
  useEffect(() => {
    if (tenant) learnTenant(tenant);
  }, [tenant]);
}

export function Shell() {
  const [searching, setSearching] = useState(false);
  const signedIn = useSignedIn();
  useCurrentTenant(signedIn);
  useFocusOnNavigation();
  useSearchKey(() => setSearching((was) => !was));
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[220px_minmax(0,1fr)] print:block">
      <a href="#main" className="skip-link">
        Skip to the content
      </a>
      <SideMenu signedIn={signedIn} />
      <div className="flex min-h-dvh min-w-0 flex-col">
        <SandboxStrip />
        <LostStrip />
        <TopBar signedIn={signedIn} onSearch={() => setSearching(true)} />
        <main
          id="main"
          tabIndex={-1}
          className={
            "mx-auto w-full max-w-[1320px] flex-1 px-4 py-5 md:px-6 print:max-w-none print:p-0"
          }
        >
          <Outlet />
        </main>
        <Foot />
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

/**
 * Calls `toggle` on Ctrl K. The search is loaded before it is needed, so that no letter is lost.
 */
function useSearchKey(toggle: () => void) {
  const latest = useRef(toggle);
  latest.current = toggle;
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      const isK = event.key.toLowerCase() === "k" && !event.altKey && !event.shiftKey;
      if (!isK || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener("keydown", open);
    const idle = setTimeout(() => void loadPalette(), 2_000);
    return () => {
      removeEventListener("keydown", open);
      clearTimeout(idle);
    };
  }, []);
}

const SEARCH =
  "hidden h-9 w-full max-w-96 items-center gap-2.5 rounded-control border border-line2 " +
  "bg-surface px-3 text-mute transition-colors hover:border-mute md:flex";

function TopBar({ signedIn, onSearch }: { signedIn: boolean; onSearch: () => void }) {
  return (
    <header
      className={
        "sticky top-(--strip) z-20 flex h-(--bar) shrink-0 items-center gap-2 border-b " +
        "border-line bg-bg px-4 max-[360px]:gap-0 max-[360px]:px-2 md:px-6 print:hidden"
      }
    >
      <MobileMenu signedIn={signedIn} />
      <button type="button" onClick={onSearch} className={SEARCH}>
        <Search size={15} aria-hidden className="shrink-0" />
        <span className="truncate">Search pods, GPUs, pages</span>
        <kbd
          className={
            "ml-auto rounded-sm border border-line2 px-1.5 font-mono text-meta whitespace-nowrap"
          }
        >
          Ctrl K
        </kbd>
      </button>
      <div className="ml-auto flex items-center gap-1 max-[360px]:gap-0">
        <span className="md:hidden">
          <IconButton label="Search" onClick={onSearch}>
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
          <Doors />
        )}
      </div>
    </header>
  );
}

/** The ways in, for those without a session. */
const Doors = () => (
  <>
    <Link to="/login" className={cx(buttonClass("quiet"), "max-[360px]:px-2")}>
      Sign in
    </Link>
    <Link to="/register" className={cx(buttonClass("primary"), "max-[360px]:px-2.5")}>
      Get started
    </Link>
  </>
);

/** Whether there is a session, kept up to date. */
const useSignedIn = (): boolean => useSyncExternalStore(onSession, mayHaveSession);

/**
 * Moves the focus to the page after navigating, as a full load would; the first page keeps the
 * browser's.
 */
function useFocusOnNavigation() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== undefined && before.current !== path)
      document.getElementById("main")?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
}
