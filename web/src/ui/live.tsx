// The page's one live connection: it marks answers as out of date and knows whether it is up.

import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from "react";
import { outdate } from "../api/queries.ts";
import { Realtime, type Status } from "../api/realtime.ts";
import { mayHaveSession, onSession } from "../api/session.ts";
import { Dot } from "./basics.tsx";

const LiveContext = createContext<Realtime | null>(null);

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [realtime] = useState(() => new Realtime((frame) => outdate(client, frame)));
  useEffect(() => {
    if (mayHaveSession()) realtime.start();
    const forget = onSession((signedIn) => {
      realtime.stop();
      if (signedIn) realtime.start();
    });
    return () => {
      forget();
      realtime.stop();
    };
  }, [realtime]);
  return <LiveContext value={realtime}>{children}</LiveContext>;
}

/** Whether changes are being pushed; see `Status`. */
export function useLive(): { status: Status; retry: () => void } {
  const realtime = useContext(LiveContext);
  if (!realtime) throw new Error("useLive outside of LiveProvider");
  const status = useSyncExternalStore(realtime.subscribe, () => realtime.status);
  return { status, retry: () => realtime.retryNow() };
}

/** How often to poll for what changes by itself, milliseconds: rarely while changes are pushed. */
export const usePolling = (often: number): number => (useLive().status === "live" ? 60_000 : often);

/** "live", or a word for why it is not; stands beside a list's title. */
export function LiveMark() {
  const { status } = useLive();
  if (status === "off") return null;
  const [word, state] =
    status === "live"
      ? ["live", "ok" as const]
      : status === "waiting"
        ? ["connecting", "none" as const]
        : ["stale", "warn" as const];
  return (
    <span className="inline-flex items-center gap-1.5 text-label text-mute">
      <Dot state={state} live={status === "live"} />
      {word}
    </span>
  );
}

/** A strip that says the connection is lost and disappears when it is back. */
export function LostStrip() {
  const { status, retry } = useLive();
  const online = useSyncExternalStore(
    (listener) => {
      addEventListener("online", listener);
      addEventListener("offline", listener);
      return () => {
        removeEventListener("online", listener);
        removeEventListener("offline", listener);
      };
    },
    () => navigator.onLine,
  );
  if (online && status !== "stale") return null;
  return (
    <div
      role="status"
      className={
        "flex flex-wrap items-center justify-center gap-x-3 bg-bad-soft px-4 py-1.5 " +
        "text-label text-bad print:hidden"
      }
    >
      {online
        ? "Live updates have stopped. What you see may be out of date."
        : "You are offline. What you see may be out of date until you are back online."}
      {online && (
        <button type="button" className="font-semibold underline" onClick={retry}>
          Try now
        </button>
      )}
    </div>
  );
}
