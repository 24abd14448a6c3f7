import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { newQueryClient, queries } from "../../api/queries.ts";
import { Toasts } from "../../ui/index.ts";
import { PodBadge } from "./badge.tsx";
import "./dialogs.ts";
import { PodActs } from "./acts.tsx";
import type { PodView } from "./life.ts";
import { at, samplePod } from "./sample.ts";

const RUNNING = samplePod({ state: "running", running_at: at(0), version: 7 });
const answerOf = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

/**
 * What was sent, and how the test answers each act. Reads are never answered, so what is shown
 * comes from the act.
 */
let sent: string[] = [];
let acts: ((response: Response) => void)[] = [];

beforeEach(() => {
  [sent, acts] = [[], []];
  vi.stubGlobal(
    "fetch",
    vi.fn((request: Request) => {
      if (request.method === "GET") return new Promise<Response>(() => undefined);
      sent.push(`${request.method} ${new URL(request.url).pathname}`);
      return new Promise<Response>((resolve) => {
        acts.push(resolve);
      });
    }),
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Shown({ steady = false }: { steady?: boolean }) {
  const { data: pod } = useQuery(queries.pod(RUNNING.id));
  return pod ? (
    <>
      <PodBadge pod={pod} />
      <PodActs pod={pod} steady={steady} />
      <Toasts />
    </>
  ) : null;
}

async function show(steady = false) {
  const client = newQueryClient();
  client.setQueryData(queries.pod(RUNNING.id).queryKey, RUNNING);
  const router = createRouter({
    routeTree: createRootRoute({ component: () => <Shown steady={steady} /> }),
    history: createMemoryHistory(),
  });
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByText("Running");
  return (pod: PodView) => client.setQueryData(queries.pod(RUNNING.id).queryKey, pod);
}

it("shows a stop at once, and takes it back with the reason when it is refused", async () => {
  await show();
  fireEvent.click(screen.getByRole("button", { name: "Stop" }));
  expect(await screen.findByText("Stopping")).toBeTruthy();
  expect(acts).toHaveLength(1);
  acts[0]!(answerOf(409, { error: { code: "pod_state", message: "It cannot be stopped now." } }));
  expect(await screen.findByText("Running")).toBeTruthy();
  expect(screen.getByText("llama: It cannot be stopped now.")).toBeTruthy();
});

it("keeps a stop that the server took", async () => {
  await show();
  fireEvent.click(screen.getByRole("button", { name: "Stop" }));
  await screen.findByText("Stopping");
  acts[0]!(answerOf(202, { ...RUNNING, state: "stopping", wanted: "stopped", version: 8 }));
  await waitFor(() =>
    expect(screen.getByRole("button", { name: "End" }).getAttribute("aria-busy")).toBeNull(),
  );
  expect(screen.getByText("Stopping")).toBeTruthy();
});

it("does not take back what the server has told since", async () => {
  const tell = await show();
  fireEvent.click(screen.getByRole("button", { name: "Stop" }));
  await screen.findByText("Stopping");
  tell({ ...RUNNING, state: "terminating", wanted: "gone", version: 9 });
  acts[0]!(answerOf(409, { error: { code: "pod_state", message: "It ends." } }));
  await screen.findByText("llama: It ends.");
  expect(screen.getByText("Ending")).toBeTruthy();
});

it("sends one stop for a double click", async () => {
  await show();
  const stop = screen.getByRole("button", { name: "Stop" });
  fireEvent.click(stop);
  fireEvent.click(stop);
  await screen.findByText("Stopping");
  expect(sent).toEqual(["POST /api/v2/pods/pod_1/stop"]);
});

it("asks before an end, sends it once, and says in the dialog why it was refused", async () => {
  await show();
  fireEvent.click(screen.getByRole("button", { name: "End" }));
  expect(sent).toEqual([]);
  const sure = await screen.findByRole("button", { name: "End the pod" });
  fireEvent.click(sure);
  fireEvent.click(sure);
  expect(await screen.findByText("Ending")).toBeTruthy();
  expect(sent).toEqual(["DELETE /api/v2/pods/pod_1"]);
  acts[0]!(answerOf(503, { error: { code: "unavailable", message: "Try again in a moment." } }));
  expect(await screen.findByText("Try again in a moment.")).toBeTruthy();
  expect(await screen.findByText("Running")).toBeTruthy();
});

it("keeps the place of a button that goes, where others would move into it", async () => {
  await show(true);
  const end = screen.getByRole("button", { name: "End" });
  const before = end.parentElement?.children.length;
  const place = Array.from(end.parentElement!.children).indexOf(end);
  fireEvent.click(screen.getByRole("button", { name: "Stop" }));
  await screen.findByText("Stopping");
  expect(screen.queryByRole("button", { name: "Stop" })).toBeNull();
  expect(screen.getByRole("button", { name: "End" })).toBe(end);
  expect(end.parentElement?.children.length).toBe(before);
  expect(Array.from(end.parentElement!.children).indexOf(end)).toBe(place);
});
