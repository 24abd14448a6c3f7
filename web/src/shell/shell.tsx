// The console's frame: the menu, the search, the tenant and its mode, the person.

import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { queries } from "../api/queries.ts";
import { mayHaveSession, onSession } from "../api/session.ts";
import { SandboxStrip } from "../ui/brand.tsx";
import { buttonClass, IconButton, Toasts } from "../ui/index.ts";
import { LostStrip } from "../ui/live.tsx";
import { learnTenant } from "../ui/tenant.ts";
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
    // Loaded before it is needed, so that no typed letter is lost.
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
      <SideMenu signedIn={signedIn} />
      <div className="min-w-0">
        <SandboxStrip />
        <LostStrip />
        <header
          className={
            "sticky top-0 z-20 flex h-14 items-center gap-2 border-b border-line bg-bg px-4 " +
            "md:px-6 print:hidden"
          }
        >
          <MobileMenu signedIn={signedIn} />
          <button
            type="button"
            onClick={() => setSearching(true)}
            className={
              "hidden h-9 w-full max-w-96 items-center gap-2.5 rounded-control border " +
              "border-line2 bg-surface px-3 text-mute transition-colors hover:border-mute " +
              "md:flex"
            }
          >
            <Search size={15} aria-hidden className="shrink-0" />
            <span className="truncate">Search pods, GPUs, pages</span>
            <kbd
              className={
                "ml-auto rounded-sm whitespace-nowrap border border-line2 px-1.5 font-mono " +
                "text-meta"
              }
            >
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
