import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { closeApp, openApp, refusal, type Sent } from "../../shell/test-app.tsx";
import { waysOf } from "./kinds.ts";

const POD = "pod_01m7y3fcc57dm9ahqxg7v04kkh";
const note = (id: string, read: boolean) => ({
  id,
  at: "2026-11-21T10:00:00Z",
  kind: "pod_running",
  title: `${id} is running`,
  text: "It is.",
  pod_id: POD,
  read,
});

afterEach(closeApp);

/**
 * An API whose first two notifications are unread; `answer` decides when marking them is answered.
 */
function api(answer: () => unknown) {
  let read = false;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    release: () => release(),
    answers: {
      "GET /notifications": () => ({
        items: [note("note_3", read), note("note_2", read), note("note_1", true)],
        unread: read ? 0 : 2,
        next_cursor: null,
      }),
      "POST /notifications/read": async () => {
        await held;
        const answered = answer();
        read = (answered as unknown[])[0] === 204;
        return answered;
      },
    },
  };
}
const marks = () => screen.queryAllByText("Unread").length;
const posts = (log: Sent[]) => log.filter(({ path }) => path === "/notifications/read");
const button = () => screen.findByRole("button", { name: "Mark all as read" });

test("opening the page reads nothing", async () => {
  const { log } = await openApp("/notifications", api(() => [204, null]).answers, {
    signedIn: true,
  });
  await screen.findByText("2 unread");
  expect(marks()).toBe(2);
  expect(posts(log)).toEqual([]);
});

test("all are read at once up to the newest, and stay read", async () => {
  const { answers, release } = api(() => [204, null]);
  const { log } = await openApp("/notifications", answers, { signedIn: true });
  await screen.findByText("2 unread");
  fireEvent.click(await button());
  await screen.findByText("All read");
  expect(marks()).toBe(0);
  fireEvent.click(await button());
  release();
  await waitFor(() =>
    expect(log.filter(({ path }) => path === "/notifications").length).toBeGreaterThan(1),
  );
  expect(posts(log).map(({ body }) => body)).toEqual([{ up_to: "note_3" }]);
  expect(marks()).toBe(0);
});

test("what the server did not take is unread again, and said", async () => {
  const { answers, release } = api(() =>
    refusal(503, "unavailable", "The store cannot be reached."),
  );
  let reads = 0;
  // The list is not loaded again, so that only the page itself can restore the mark.
  const once = {
    ...answers,
    "GET /notifications": () =>
      ++reads > 1 ? new Promise(() => {}) : answers["GET /notifications"](),
  };
  await openApp("/notifications", once, { signedIn: true });
  await screen.findByText("2 unread");
  fireEvent.click(await button());
  await screen.findByText("All read");
  release();
  expect(
    await screen.findByText("Nothing was marked as read. The store cannot be reached."),
  ).toBeTruthy();
  expect(await screen.findByText("2 unread")).toBeTruthy();
  expect(marks()).toBe(2);
});

test("leads to the pod, and to the money or the market that it is about", () => {
  expect(waysOf({ kind: "pod_failed", pod_id: POD }).map(({ link }) => link.to)).toEqual([
    "/pods/$podId",
  ]);
  expect(waysOf({ kind: "funds_low", pod_id: POD }).map(({ label }) => label)).toEqual([
    "Add money",
    "Open the pod",
  ]);
  expect(waysOf({ kind: "invoice_ready", pod_id: null }).map(({ link }) => link.search)).toEqual([
    { tab: "invoices" },
  ]);
  expect(waysOf({ kind: "price_fell", pod_id: null, machine: "h100-sxm-80gib-x1" })).toMatchObject([
    { link: { to: "/offers", search: { machine: "h100-sxm-80gib-x1" } } },
  ]);
});
