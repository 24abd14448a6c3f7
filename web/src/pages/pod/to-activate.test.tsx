import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { newQueryClient, queries } from "../../api/queries.ts";
import "../../nouns/pod/dialogs.ts";
import { PodBadge } from "../../nouns/pod/badge.tsx";
import { at, samplePod } from "../../nouns/pod/sample.ts";
import { Connect } from "../../nouns/pod/connect.tsx";
import { ToActivate } from "./to-activate.tsx";

const POD = samplePod({
  state: "ready",
  ready_at: at(0),
  deadline_at: new Date(Date.now() + 600_000).toISOString(),
  version: 5,
});
const RUNS = { ...POD, state: "running" as const, running_at: at(60), version: 6 };
const connection = {
  ssh_command: "ssh -p 22 root@box",
  address: { host: "box", ssh_port: 22, ssh_user: "root", simulated: false },
};
const answerOf = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
const refused = (status: number, code: string) =>
  answerOf(status, { error: { code, message: `Refused: ${code}.` } });

let posts = 0;
let forget = vi.fn();

/** `answer` is the activation's answer, `stored` the pod as loaded afterwards. */
async function show(answer: () => Promise<Response>, stored: unknown = POD) {
  vi.stubGlobal(
    "fetch",
    vi.fn((request: Request) => {
      if (request.method === "GET") return Promise.resolve(answerOf(200, stored));
      posts += 1;
      return answer();
    }),
  );
  const client = newQueryClient();
  client.setQueryData(queries.pod(POD.id).queryKey, POD);
  function Shown() {
    const pod = useQuery(queries.pod(POD.id)).data;
    if (pod?.state !== "running") return <ToActivate pod={POD} link={{ token: "t", forget }} />;
    return (
      <>
        <PodBadge pod={pod} />
        {pod.connection && <Connect pod={pod} connection={pod.connection} />}
      </>
    );
  }
  const router = createRouter({
    routeTree: createRootRoute({ component: Shown }),
    history: createMemoryHistory(),
  });
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return screen.findByRole("button", { name: "Activate" });
}

beforeEach(() => {
  [posts, forget] = [0, vi.fn()];
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("activates once for a double click, and shows how to reach the pod", async () => {
  const button = await show(
    () =>
      Promise.resolve(
        answerOf(200, {
          pod_id: POD.id,
          state: "running",
          running_at: at(60),
          funded_until: at(3660),
          connection,
        }),
      ),
    { ...RUNS, connection },
  );
  fireEvent.click(button);
  fireEvent.click(button);
  expect(await screen.findByText("ssh -p 22 root@box")).toBeTruthy();
  expect(posts).toBe(1);
});

it("finds the pod running when the answer was lost", async () => {
  fireEvent.click(await show(() => Promise.reject(new TypeError("cut")), RUNS));
  expect(await screen.findByText("Running")).toBeTruthy();
});

it("finds the pod running when the link was used already", async () => {
  fireEvent.click(await show(() => Promise.resolve(refused(409, "activation_used")), RUNS));
  expect(await screen.findByText("Running")).toBeTruthy();
});

it("asks to try again when no answer came and the pod does not run", async () => {
  const button = await show(() => Promise.reject(new TypeError("cut")));
  fireEvent.click(button);
  expect(await screen.findByText(/Press Activate again: it is activated only once/)).toBeTruthy();
  expect(forget).not.toHaveBeenCalled();
  fireEvent.click(button);
  await vi.waitFor(() => expect(posts).toBe(2));
});

it("forgets a token that is not valid, and says where the right one is", async () => {
  const button = await show(() => Promise.resolve(refused(400, "token_invalid")));
  fireEvent.click(button);
  expect(await screen.findByText(/Open the link from the newest email/)).toBeTruthy();
  expect(forget).toHaveBeenCalledOnce();
  expect(button.hasAttribute("disabled")).toBe(true);
});
