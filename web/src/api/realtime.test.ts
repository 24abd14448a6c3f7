import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Realtime, STALE_MS, type Frame } from "./realtime.ts";

class Socket {
  static opened: Socket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  sent: { type: string; channels?: string[] }[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: () => void;
  constructor(readonly url: URL) {
    Socket.opened.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    if (this.readyState !== 3) {
      this.readyState = 3;
      this.onclose?.();
    }
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const subscribed = {
  type: "subscribed",
  channels: ["pods", "billing", "offers"],
  now: "2026-11-21T00:00:00Z",
};
const pod = (version: number): Frame => ({ type: "pod.changed", pod_id: "pod_1", version });
let heard: (Frame | "catch-up")[];
let realtime: Realtime;
const last = () => Socket.opened.at(-1) as Socket;

async function connect() {
  await vi.waitFor(() => expect(last()?.readyState).toBe(0));
  last().open();
  last().say(subscribed);
}

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  Socket.opened = [];
  heard = [];
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal(
    "fetch",
    vi.fn(
      async () =>
        new Response(JSON.stringify({ ticket: "t", path: "/ws", expires_at: "" }), { status: 201 }),
    ),
  );
  realtime = new Realtime((frame) => heard.push(frame));
  realtime.start();
});

afterEach(() => {
  realtime.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the live connection", () => {
  it("subscribes, has everything caught up, and is live", async () => {
    await connect();
    expect(last().url.searchParams.get("ticket")).toBe("t");
    expect(last().sent).toEqual([{ type: "subscribe", channels: ["pods", "billing", "offers"] }]);
    expect(heard).toEqual(["catch-up"]);
    expect(realtime.status).toBe("live");
  });

  it("passes on what is newer than what it knows, and nothing else", async () => {
    await connect();
    for (const version of [3, 3, 2, 4]) last().say(pod(version));
    last().say({ type: "of_a_later_version" });
    expect(heard.slice(1)).toEqual([pod(3), pod(4)]);
  });

  it("opens again after a cut, subscribes again and has everything caught up", async () => {
    await connect();
    last().close();
    expect(realtime.status).toBe("waiting");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(Socket.opened).toHaveLength(2);
    await connect();
    expect(heard).toEqual(["catch-up", "catch-up"]);
    expect(realtime.status).toBe("live");
  });

  it("is stale when nothing was heard for a minute", async () => {
    await connect();
    last().close();
    vi.stubGlobal(
      "fetch",
      vi.fn(async () => {
        throw new TypeError("no network");
      }),
    );
    await vi.advanceTimersByTimeAsync(STALE_MS + 1_000);
    expect(realtime.status).toBe("stale");
  });

  it("drops a connection that no longer answers its pings", async () => {
    await connect();
    const first = last();
    await vi.advanceTimersByTimeAsync(46_000);
    expect(first.sent.at(-1)).toEqual({ type: "ping" });
    await vi.advanceTimersByTimeAsync(11_000);
    expect(first.readyState).toBe(3);
  });

  it("stays live while its pings are answered", async () => {
    await connect();
    for (let minute = 0; minute < 3; minute += 1) {
      await vi.advanceTimersByTimeAsync(46_000);
      last().say({ type: "pong", now: "" });
    }
    expect(realtime.status).toBe("live");
    expect(Socket.opened).toHaveLength(1);
  });

  it("that was ended stays ended", async () => {
    await connect();
    realtime.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Socket.opened).toHaveLength(1);
    expect(realtime.status).toBe("off");
  });
});
