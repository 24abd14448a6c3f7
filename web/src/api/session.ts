// Who is signed in. The access token lives in this module's memory only, the refresh token in a
// cookie that no script can read. One flag is stored, so that a signed-out visitor's page asks for
// no session; and a browser's tabs tell each other when a session begins or ends.

import { learnServerTime } from "../lib/server-time.ts";
import { ApiError, refusalOf } from "./errors.ts";

const FLAG = "gpb.session";
const TIMEOUT_MS = 20_000;

let token: string | null = null;
let refreshing: Promise<void> | null = null;
const listeners = new Set<(signedIn: boolean) => void>();
const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("gpb.session");

/**
 * Calls `listener` when a session begins or ends, here or in another tab; returns a function that
 * stops it.
 */
export function onSession(listener: (signedIn: boolean) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const tell = (signedIn: boolean) => listeners.forEach((listener) => listener(signedIn));

tabs?.addEventListener("message", ({ data }) => {
  // Somebody else may have signed in there: nothing of the previous person may stay.
  if (data === "began") location.reload();
  else {
    token = null;
    tell(false);
  }
});

function flag(on: boolean) {
  try {
    if (on) localStorage.setItem(FLAG, "1");
    else localStorage.removeItem(FLAG);
  } catch {
    /* Storage is blocked: then a reload signs out. */
  }
}

/** Whether this browser, as far as it knows, has a session to restore. */
export function mayHaveSession(): boolean {
  try {
    return token !== null || localStorage.getItem(FLAG) === "1";
  } catch {
    return token !== null;
  }
}

function begin(accessToken: string) {
  token = accessToken;
  flag(true);
}

function end() {
  const had = mayHaveSession();
  token = null;
  flag(false);
  if (!had) return;
  tell(false);
  tabs?.postMessage("ended");
}

/** `fetch` with a time-out, which it reports in words for the page. */
export async function reach(input: Request | string, init?: RequestInit): Promise<Response> {
  try {
    const signals = [
      AbortSignal.timeout(TIMEOUT_MS),
      ...(input instanceof Request ? [input.signal] : []),
    ];
    const writes = (input instanceof Request ? input.method : (init?.method ?? "GET")) !== "GET";
    // A request that changes something reaches the server even if the page is left at once.
    return await fetch(input, {
      credentials: "same-origin",
      keepalive: writes,
      ...init,
      signal: AbortSignal.any(signals),
    });
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    throw new ApiError(
      0,
      "network",
      "The server could not be reached. Check your connection and try again.",
    );
  }
}

async function sessionRequest(path: string, body?: unknown): Promise<Response> {
  const headers = body === undefined ? undefined : { "content-type": "application/json" };
  const response = await reach(`/api/v2/auth/${path}`, {
    method: "POST",
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw await refusalOf(response);
  return response;
}

export async function login(email: string, password: string): Promise<void> {
  begin((await (await sessionRequest("login", { email, password })).json()).access_token);
  tell(true);
  tabs?.postMessage("began");
}

export async function logout(): Promise<void> {
  await sessionRequest("logout");
  end();
}

/** Gets a new access token with the cookie; simultaneous calls share one request. */
function refresh(): Promise<void> {
  refreshing ??= sessionRequest("refresh")
    .then(async (response) => begin((await response.json()).access_token))
    .catch((error) => {
      if (error instanceof ApiError && error.status === 401) end();
      throw error;
    })
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}

/**
 * `fetch` with the session: an access token that is missing or has expired is refreshed once.
 * An answer other than a success is thrown as an `ApiError`.
 */
export async function authorised(request: Request): Promise<Response> {
  // Without a session the request still goes out: some answers are for everyone.
  if (!token && mayHaveSession())
    await refresh().catch((error) => {
      if (error.status !== 401) throw error;
    });
  const again = request.clone();
  let response = await send(request);
  if (response.status === 401 && token) {
    await refresh().catch((error) => {
      if (error instanceof ApiError && error.status === 401) {
        throw new ApiError(401, "session_expired", "Your session has ended. Please sign in again.");
      }
      throw error;
    });
    response = await send(again);
  }
  if (!response.ok) throw await refusalOf(response);
  // An answer that may come from a cache has the date of when it was stored.
  if (!response.headers.get("cache-control")?.includes("max-age"))
    learnServerTime(response.headers.get("date"));
  return response;
}

function send(request: Request): Promise<Response> {
  if (token) request.headers.set("authorization", `Bearer ${token}`);
  return reach(request);
}
