import { beforeEach, describe, expect, it, vi } from "vitest";
import type * as Session from "./session.ts";

const answer = (status: number, body: unknown = {}) =>
  new Response(status === 204 ? null : JSON.stringify(body), { status });
const refusal = (status: number, code: string) =>
  answer(status, { error: { code, message: `It is ${code}.`, request_id: "r" } });
const path = (input: RequestInfo | URL) =>
  new URL(input instanceof Request ? input.url : String(input), location.href).pathname;

let session: typeof Session;
const calls: string[] = [];

/** Answers each path from its own list; the last answer repeats. */
function serve(answers: Record<string, (() => Response)[]>) {
  vi.stubGlobal(
    "fetch",
    vi.fn(async (input: RequestInfo | URL) => {
      const asked = path(input);
      calls.push(asked.replace("/api/v2/", ""));
      const list = answers[asked.replace("/api/v2/", "")] ?? [];
      const next = list.length > 1 ? list.shift() : list[0];
      if (!next) throw new TypeError("no network");
      return next();
    }),
  );
}

const ask = () => session.authorised(new Request(new URL("/api/v2/pods", location.href)));

beforeEach(async () => {
  localStorage.clear();
  calls.length = 0;
  vi.resetModules();
  session = await import("./session.ts");
});

describe("a session", () => {
  it("is restored by the cookie once, however many ask at the same time", async () => {
    localStorage.setItem("gpb.session", "1");
    serve({
      "auth/refresh": [() => answer(200, { access_token: "a" })],
      pods: [() => answer(200)],
    });
    await Promise.all([ask(), ask(), ask()]);
    expect(calls.filter((call) => call === "auth/refresh")).toHaveLength(1);
  });

  it("is renewed once when the token has run out, and the request is sent again", async () => {
    serve({
      "auth/login": [() => answer(200, { access_token: "a" })],
      "auth/refresh": [() => answer(200, { access_token: "b" })],
      pods: [() => answer(401), () => answer(200, { items: [] })],
    });
    await session.login("ada@example.com", "secret secret");
    expect((await ask()).status).toBe(200);
    expect(calls).toEqual(["auth/login", "pods", "auth/refresh", "pods"]);
  });

  it("that is over ends here and says so, once", async () => {
    serve({
      "auth/login": [() => answer(200, { access_token: "a" })],
      "auth/refresh": [() => refusal(401, "unauthorized")],
      pods: [() => answer(401)],
    });
    const heard: boolean[] = [];
    session.onSession((signedIn) => heard.push(signedIn));
    await session.login("ada@example.com", "secret secret");
    await expect(ask()).rejects.toMatchObject({ status: 401, code: "session_expired" });
    expect(heard).toEqual([true, false]);
    expect(session.mayHaveSession()).toBe(false);
    expect(localStorage.getItem("gpb.session")).toBeNull();
  });

  it("is not ended by a lost connection", async () => {
    localStorage.setItem("gpb.session", "1");
    serve({});
    await expect(ask()).rejects.toMatchObject({ status: 0, code: "network" });
    expect(session.mayHaveSession()).toBe(true);
  });

  it("that is gone leaves what is for everyone", async () => {
    localStorage.setItem("gpb.session", "1");
    serve({ "auth/refresh": [() => refusal(401, "unauthorized")], pods: [() => answer(200)] });
    expect((await ask()).status).toBe(200);
  });
});

it("a refusal carries the API's code and words", async () => {
  serve({ pods: [() => refusal(409, "quote_used")] });
  await expect(ask()).rejects.toMatchObject({
    status: 409,
    code: "quote_used",
    message: "It is quote_used.",
  });
});

it("an answer that is no JSON is said to be unreadable", async () => {
  serve({ pods: [() => new Response("<html>", { status: 502 })] });
  await expect(ask()).rejects.toMatchObject({ status: 502, code: "unreadable" });
});

it("a call that is never answered is given up on", async () => {
  vi.spyOn(AbortSignal, "timeout").mockImplementation(() =>
    AbortSignal.abort(new DOMException("late", "TimeoutError")),
  );
  vi.stubGlobal(
    "fetch",
    vi.fn((_input: RequestInfo, init?: RequestInit) =>
      init?.signal?.aborted ? Promise.reject(init.signal.reason) : new Promise(() => undefined),
    ),
  );
  await expect(ask()).rejects.toMatchObject({ status: 0, code: "network" });
});

it("a call that its page gave up on is told so", async () => {
  const page = new AbortController();
  vi.stubGlobal(
    "fetch",
    vi.fn(
      (_input: RequestInfo, init?: RequestInit) =>
        new Promise((_resolve, reject) =>
          init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)),
        ),
    ),
  );
  const asked = session.authorised(
    new Request(new URL("/api/v2/pods", location.href), { signal: page.signal }),
  );
  page.abort();
  await expect(asked).rejects.toMatchObject({ name: "AbortError" });
});
