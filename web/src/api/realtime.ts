// Changes as they happen: one WebSocket for the whole page. It reconnects after losing the
// connection, subscribes again, and then has its listeners reload what they may have missed.

import { answer, api } from "./client.ts";
import { ApiError } from "./errors.ts";

const FIRST_MS = 500; // Pauses between attempts double from here
const MOST_MS = 15_000; // to here.
const PING_MS = 45_000; // A visible page knows within a minute whether the connection still works;
const HIDDEN_PING_MS = 4 * 60_000; // the gateway ends a connection that is silent for ten minutes,
const LIFE_MS = 110 * 60_000; // and every connection after two hours.
const ANSWER_MS = 10_000;

/** Nothing received for this long: what is shown may be out of date. */
export const STALE_MS = 60_000;

export type Frame =
  | { type: "pod.changed"; pod_id: string; version: number; [key: string]: unknown }
  | { type: "wallet.changed"; mode: string; version: number; [key: string]: unknown }
  | { type: "offers.changed"; mode: string; snapshot_id: string; [key: string]: unknown };

/**
 * `live`: changes are pushed. `waiting`: cut off for less than a minute. `stale`: longer. `off`:
 * not wanted.
 */
export type Status = "off" | "live" | "waiting" | "stale";

type Listener = (frame: Frame | "catch-up") => void;

const CHANNELS = ["pods", "billing", "offers"];
const NEWS = new Set(["pod.changed", "wallet.changed", "offers.changed"]);

export class Realtime {
  #socket: WebSocket | null = null;
  #wanted = false;
  #opening = false;
  #subscribed = false;
  #tries = 0;
  #born = 0;
  #heardAt = 0;
  #status: Status = "off";
  #timers: ReturnType<typeof setTimeout>[] = [];
  #retry: ReturnType<typeof setTimeout> | undefined;
  #staleAt: ReturnType<typeof setTimeout> | undefined;
  readonly #seen = new Map<string, number | string>();
  readonly #statusListeners = new Set<() => void>();

  constructor(private readonly listener: Listener) {
    addEventListener("online", () => this.retryNow());
    addEventListener("offline", () => this.#drop());
    addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.#subscribed) this.#ping();
    });
  }

  get status(): Status {
    return this.#status;
  }
  /** When something was last received, milliseconds since 1970; 0 before that. */
  get heardAt(): number {
    return this.#heardAt;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  };

  start() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#set("waiting");
    this.#watchSilence();
    void this.#connect();
  }

  /** Ends the connection: the next person to sign in must receive nothing of the previous one. */
  stop() {
    this.#wanted = false;
    this.#seen.clear();
    clearTimeout(this.#retry);
    clearTimeout(this.#staleAt);
    this.#drop();
    this.#set("off");
  }

  retryNow() {
    if (!this.#wanted) return;
    if (this.#status !== "live") this.#drop();
    clearTimeout(this.#retry);
    this.#tries = 0;
    void this.#connect();
  }

  async #connect() {
    if (this.#socket || this.#opening || !this.#wanted) return;
    this.#opening = true;
    try {
      const { ticket, path } = await answer(api.POST("/api/v2/realtime/tickets"));
      if (!this.#wanted) return;
      const url = new URL(path, location.href);
      url.protocol = url.protocol.replace("http", "ws");
      url.searchParams.set("ticket", ticket);
      this.#open(new WebSocket(url));
    } catch (error) {
      // Without a session there is nothing to receive.
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403))
        this.#again();
    } finally {
      this.#opening = false;
    }
  }

  #open(socket: WebSocket) {
    this.#socket = socket;
    this.#born = Date.now();
    socket.onopen = () => this.#send({ type: "subscribe", channels: CHANNELS });
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = () => this.#drop();
  }

  /** Abandons the socket at once: on a dead network closing it can take a minute. */
  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
    this.#socket = null;
    this.#subscribed = false;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    if (!this.#wanted) return;
    if (this.#status === "live") this.#set("waiting");
    this.#again();
  }

  #again() {
    const pause = Math.random() * Math.min(MOST_MS, FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), pause);
  }

  #send(message: object) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify(message));
    this.#timers.push(setTimeout(() => this.#drop(), ANSWER_MS));
  }

  #ping() {
    this.#send({ type: "ping" });
  }

  #hear(frame: { type: string }) {
    this.#heardAt = Date.now();
    const fresh = frame.type === "subscribed" && !this.#subscribed;
    if (frame.type === "subscribed" || frame.type === "pong") this.#alive();
    if (fresh) this.listener("catch-up");
    else if (this.#isNew(frame as Frame)) this.listener(frame as Frame);
  }

  /** The connection answered: its timers start again. */
  #alive() {
    this.#subscribed = true;
    this.#tries = 0;
    this.#timers.forEach(clearTimeout);
    const every = document.visibilityState === "visible" ? PING_MS : HIDDEN_PING_MS;
    this.#timers = [
      setTimeout(() => this.#ping(), every),
      setTimeout(() => this.#drop(), this.#born + LIFE_MS - Date.now()),
    ];
    this.#set("live");
    this.#watchSilence();
  }

  #watchSilence() {
    clearTimeout(this.#staleAt);
    this.#staleAt = setTimeout(() => {
      // A hidden page rarely pings: silence means nothing then.
      if (this.#status === "live" && document.visibilityState !== "visible") this.#watchSilence();
      else this.#set("stale");
    }, STALE_MS);
  }

  /** Frames can arrive twice or late: only a newer version counts. */
  #isNew(frame: Frame): boolean {
    if (!NEWS.has(frame.type)) return false;
    const key = `${frame.type} ${frame.type === "pod.changed" ? frame.pod_id : frame.mode}`;
    const now = frame.type === "offers.changed" ? frame.snapshot_id : frame.version;
    const before = this.#seen.get(key);
    if (before !== undefined && before >= now) return false;
    this.#seen.set(key, now);
    return true;
  }

  #set(status: Status) {
    if (this.#status === status) return;
    this.#status = status;
    this.#statusListeners.forEach((listener) => listener());
  }
}
