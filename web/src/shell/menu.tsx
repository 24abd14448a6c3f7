// The menu: beside the page where there is room, behind a button where there is not.

import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { Menu, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { queries } from "../api/queries.ts";
import { Mark, useBrandName } from "../ui/brand.tsx";
import { cx, IconButton } from "../ui/index.ts";
import { Credit } from "./credit.tsx";
import { menuItemOf, menuOf } from "./pages.ts";

const SIDE = "sticky top-0 hidden h-dvh flex-col border-r border-line p-3 md:flex print:hidden";

export function SideMenu({ signedIn }: { signedIn: boolean }) {
  return (
    <aside className={SIDE}>
      <Home />
      <Places signedIn={signedIn} />
      {signedIn && (
        <div className="mt-auto">
          <Credit />
        </div>
      )}
    </aside>
  );
}

export function MobileMenu({ signedIn }: { signedIn: boolean }) {
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

function Home() {
  return (
    <a href="/" className="mb-4 flex items-center gap-2.5 rounded-sm px-2 py-1.5 font-semibold">
      <Mark />
      <span className="text-read">{useBrandName()}</span>
    </a>
  );
}

/** The look of the item one is at, or below which one's page is. */
const CURRENT = "bg-brand-soft !text-brand-ink font-medium";

function Places({ signedIn, onGo }: { signedIn: boolean; onGo?: () => void }) {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const within = menuItemOf(path);
  return (
    <nav aria-label="Main">
      <ul className="grid gap-1">
        {menuOf(signedIn).map(({ to, search, label, Icon }) => (
          <li key={to}>
            <Link
              to={to}
              search={search}
              onClick={onGo}
              aria-current={within === to ? "true" : undefined}
              className={cx(
                "flex h-9 items-center gap-3 rounded-control px-2.5 text-mute transition-colors " +
                  "hover:bg-sunk hover:text-ink max-md:h-11",
                within === to && CURRENT,
              )}
              activeProps={{ className: CURRENT, "aria-current": "page" }}
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
