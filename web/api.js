// The API and the session. The access token lives in this module's memory only; the refresh token in
// a cookie no script reads. What is stored is one flag, so that a stranger's page asks for no session.

const BASE = "/api/v2";
const FLAG = "gpb.session";
let token = null;
let refreshing = null;

export const session = { me: null };

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

async function send(method, path, body, headers) {
  const request = { method, headers: { ...headers }, credentials: "same-origin", signal: AbortSignal.timeout(20_000) };
  if (token) request.headers.authorization = `Bearer ${token}`;
  if (body !== undefined) {
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(BASE + path, request);
    return { status: response.status, ok: response.ok, text: await response.text() };
  } catch {
    throw new ApiError(0, "network", "The server could not be reached. Check your connection and try again.");
  }
}

function read({ status, ok, text }) {
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    throw new ApiError(status, "unreadable", `The server's answer (${status}) could not be read. Please try again.`);
  }
  if (ok) return answer;
  const error = answer?.error;
  throw new ApiError(status, error?.code ?? "failed", error?.message ?? answer?.message ?? `The request failed (${status}).`);
}

function flag(on) {
  try {
    if (on) localStorage.setItem(FLAG, "1");
    else localStorage.removeItem(FLAG);
  } catch { /* Storage is blocked: then a reload signs out. */ }
}

function flagged() {
  try {
    return localStorage.getItem(FLAG) === "1";
  } catch {
    return false;
  }
}

function drop() {
  token = null;
  session.me = null;
  flag(false);
}

/** Gets a new access token; calls at the same time share one request. */
function refresh() {
  refreshing ??= send("POST", "/auth/refresh").then((answer) => {
    if (answer.status === 401) drop();
    token = read(answer).access_token;
  }).finally(() => { refreshing = null; });
  return refreshing;
}

/** Calls the API; when the access token has run out, refreshes it once and tries again. */
export async function api(method, path, body, headers) {
  const signedIn = token !== null;
  let answer = await send(method, path, body, headers);
  if (answer.status === 401 && signedIn) {
    try {
      await refresh();
    } catch (error) {
      if (error.status !== 401) throw error;
      dispatchEvent(new Event("session-ended"));
      throw new ApiError(401, "session_expired", "Your session has ended. Please sign in again.");
    }
    answer = await send(method, path, body, headers);
  }
  return read(answer);
}

export const get = (path) => api("GET", path);
export const post = (path, body, headers) => api("POST", path, body, headers);

export const remove = (path) => api("DELETE", path);

export async function loadMe() {
  session.me = await get("/auth/me");
  return session.me;
}

export async function login(email, password) {
  token = read(await send("POST", "/auth/login", { email, password })).access_token;
  flag(true);
  await loadMe();
}

export async function logout() {
  read(await send("POST", "/auth/logout"));
  drop();
  dispatchEvent(new Event("session-ended"));
}

/** Restores the session of the cookie, if there was one. */
export async function restore() {
  if (!flagged()) return;
  try {
    await refresh();
    await loadMe();
  } catch (error) {
    if (error.status !== 401) throw error;
  }
}

export function query(values) {
  const kept = Object.entries(values).filter(([, v]) => v !== "" && v !== null && v !== undefined);
  return kept.length ? `?${new URLSearchParams(kept)}` : "";
}
