import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sampleAlert } from "../../nouns/alert/sample.ts";
import { closeApp, openApp, refusal, type Sent } from "../../shell/test-app.tsx";
import { UNDO_MS } from "../../ui/removals.ts";

const H100 = sampleAlert();
const L4 = sampleAlert({
  machine: "l4-24gib-x1-spot",
  name: "L4, 24 GB, spot",
  rate_max_usd_micros_per_hour: 250_000,
});
const FELL = {
  id: "note_1",
  at: "2026-11-22T10:00:00Z",
  kind: "price_fell",
  title: "H100 SXM, 80 GB now costs $1.79 an hour",
  text: "You asked us to tell you when it costs $1.80 or less.",
  pod_id: null,
  read: false,
};

type Answers = Parameters<typeof openApp>[1];
const open = (kept: object[], more: Answers = {}) => {
  let items = kept;
  return openApp(
    "/notifications",
    {
      "GET /notifications": () => ({ items: [], unread: 0, next_cursor: null }),
      "GET /price-alerts": () => ({ items }),
      [`DELETE /price-alerts/${L4.machine}`]: () => {
        items = items.filter((one) => one !== L4);
        return [204, null];
      },
      ...more,
    },
    { signedIn: true },
  );
};
const card = () =>
  screen.getByRole("heading", { name: "Price alerts" }).closest<HTMLElement>("section")!;
const rows = async () => {
  await screen.findByRole("link", { name: H100.name });
  return within(card())
    .getAllByRole("listitem")
    .map(({ textContent }) => textContent);
};
const removal = () => screen.getByRole("button", { name: `Remove the price alert for ${L4.name}` });
const deletes = (log: Sent[]) => log.filter(({ method }) => method === "DELETE").length;
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(async () => {
  vi.useRealTimers();
  await closeApp();
});

test("each alert says its machine and price, and leads to the machine", async () => {
  await open([H100, L4]);
  expect(await rows()).toEqual([
    "H100 SXM, 80 GB$1.80 an hour or less, until 20 Feb 2027",
    "L4, 24 GB, spot$0.250 an hour or less, until 20 Feb 2027",
  ]);
  const link = screen.getByRole("link", { name: L4.name });
  expect(link.getAttribute("href")).toBe(`/offers?machine=${L4.machine}`);
});

test("without alerts a sentence says how to set one", async () => {
  await open([]);
  await screen.findByText(/to set a price alert/);
  expect(within(card()).getByRole("paragraph").textContent).toBe(
    "Choose an offer in Browse GPUs and open “Tell me when it costs less” there to set a price " +
      "alert.",
  );
});

test("a removed alert is gone at once, comes back by Undo, and else is deleted", async () => {
  const { log } = await open([H100, L4]);
  await rows();
  fireEvent.click(removal());
  expect(await rows()).toHaveLength(1);
  expect(document.activeElement).not.toBe(document.body);
  fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(await rows()).toHaveLength(2);
  await pass(2 * UNDO_MS);
  expect(deletes(log)).toBe(0);
  fireEvent.click(removal());
  await pass(UNDO_MS + 500);
  expect(deletes(log)).toBe(1);
  expect(await rows()).toHaveLength(1);
});

test("when twenty are set, it is said that no more can be", async () => {
  const all = Array.from({ length: 19 }, (_, number) => sampleAlert({ machine: `m${number}` }));
  await open([...all, L4]);
  await screen.findByText(
    "You have 20 price alerts, which is the limit. Remove one to set another.",
  );
  fireEvent.click(removal());
  expect(screen.queryByText(/which is the limit/)).toBeNull();
});

test("the alert that a new notification tells of is over", async () => {
  let told = false;
  await open([], {
    "GET /notifications": () => ({ items: told ? [FELL] : [], unread: 0, next_cursor: null }),
    "GET /price-alerts": () => ({ items: told ? [L4] : [H100, L4] }),
  });
  expect(await rows()).toHaveLength(2);
  told = true;
  await pass(15_500);
  await screen.findByText(FELL.title);
  await waitFor(() => expect(screen.queryByRole("link", { name: H100.name })).toBeNull());
  screen.getByRole("link", { name: L4.name });
});

test("alerts that cannot be loaded can be asked for again, and the notifications are there", async () => {
  let down = true;
  await open([], {
    "GET /price-alerts": () =>
      down ? refusal(403, "not_a_member", "Not yours.") : { items: [H100] },
  });
  await screen.findByText("Your price alerts could not be loaded");
  screen.getByText("No notifications yet");
  down = false;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await rows()).toHaveLength(1);
});
