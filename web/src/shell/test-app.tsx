// The whole app in a test: its router with its own history, and an API whose answers the test
// provides. Only the edge is replaced: fetch, the WebSocket, and what jsdom lacks.

import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { cleanup, configure, render } from "@testing-library/react";
import { vi } from "vitest";
import { newQueryClient } from "../api/queries.ts";
import { login, logout } from "../api/session.ts";
import { LiveProvider } from "../ui/live.tsx";
import { newRouter } from "./router.tsx";

// Pages are separate files, which a busy machine loads slowly.
configure({ asyncUtilTimeout: 5_000 });

export interface Sent {
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
  body: unknown;
  headers: Headers;
}
/** A body means 200; an array is a status and its body; an error means no answer. */
type Answer = (sent: Sent) => unknown;

class DeadSocket {
  static OPEN = 1;
  readyState = 0;
  close() {
    /* Never open. */
  }
  send() {
    /* Nobody listens. */
  }
}

export const DIALOG = {
  showModal(this: HTMLDialogElement) {
    this.open = true;
  },
  close(this: HTMLDialogElement) {
    this.open = false;
  },
};

const json = (status: number, body: unknown) =>
  new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json" },
  });

/** The API: answers by "METHOD /path below /api/v2"; what has no answer is not found. */
export function stubApi(answers: Record<string, Answer>): Sent[] {
  const log: Sent[] = [];
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const request = new Request(
      typeof input === "string" ? new URL(input, location.origin) : input,
      { ...init, signal: null },
    );
    const text = await request.text();
    const { pathname, searchParams } = new URL(request.url);
    const sent = {
      method: request.method,
      path: pathname.replace("/api/v2", ""),
      query: Object.fromEntries(searchParams),
      body: text ? JSON.parse(text) : undefined,
      headers: request.headers,
    };
    log.push(sent);
    const answer = answers[`${sent.method} ${sent.path}`];
    if (!answer)
      return json(404, {
        error: {
          code: "not_found",
          message: `No answer to ${sent.method} ${sent.path}.`,
          request_id: "",
        },
      });
    const answered = await answer(sent);
    if (answered instanceof Error) throw answered;
    return Array.isArray(answered) ? json(answered[0], answered[1]) : json(200, answered);
  });
  return log;
}

export const refusal = (status: number, code: string, message: string) => [
  status,
  { error: { code, message, request_id: "" } },
];

/** Opens `path` without a session, or with one. */
export async function openApp(
  path: string,
  answers: Record<string, Answer>,
  { signedIn = false } = {},
) {
  vi.stubGlobal("WebSocket", DeadSocket);
  vi.stubGlobal("scrollTo", () => undefined);
  Object.assign(HTMLDialogElement.prototype, DIALOG);
  const log = stubApi({
    "POST /auth/login": () => ({ access_token: "t", token_type: "Bearer", expires_in_secs: 900 }),
    "POST /auth/logout": () => [204, null],
    ...answers,
  });
  if (signedIn) await login("ada@example.com", "correct horse");
  log.length = 0;
  const client = newQueryClient();
  const router = newRouter(client, createMemoryHistory({ initialEntries: [path] }));
  render(
    <QueryClientProvider client={client}>
      <LiveProvider>
        <RouterProvider router={router} />
      </LiveProvider>
    </QueryClientProvider>,
  );
  return { log, router };
}

/** Ends the app and its session. */
export async function closeApp() {
  cleanup();
  stubApi({ "POST /auth/logout": () => [204, null] });
  await logout();
  vi.unstubAllGlobals();
  localStorage.clear();
  sessionStorage.clear();
}
