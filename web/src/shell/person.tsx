// The signed-in person: their notifications, their account, signing out.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell, LogOut, User } from "lucide-react";
import type { ReactNode } from "react";
import { messageOf } from "../api/errors.ts";
import { queries } from "../api/queries.ts";
import { Popover, toast } from "../ui/index.ts";
import { useSignOut } from "../nouns/session/sign-out.ts";

export function Bells() {
  const { data } = useInfiniteQuery({ ...queries.notifications(), refetchInterval: 120_000 });
  const unread = data?.pages[0]?.unread ?? 0;
  return (
    <Link
      to="/notifications"
      aria-label={unread > 0 ? `Notifications, ${unread} unread` : "Notifications"}
      className={
        "relative inline-flex size-9 items-center justify-center rounded-control text-mute " +
        "transition-colors hover:bg-sunk hover:text-ink"
      }
    >
      <Bell size={17} aria-hidden />
      {unread > 0 && (
        <span aria-hidden className="absolute top-2 right-2 size-2 rounded-full bg-bad" />
      )}
    </Link>
  );
}

export function Person() {
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
      className={
        "inline-flex size-9 items-center justify-center rounded-full bg-ink text-label " +
        "font-semibold text-bg"
      }
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
