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

let posts: string[] = [];
let forget = vi.fn();

/** `answer` is the activation's answer, `stored` the pod as loaded afterwards. */
async function show(answer: () => Promise<Response>, stored: unknown = POD, token?: string) {
  vi.stubGlobal(
    "fetch",
    vi.fn((request: Request) => {
      if (request.method === "GET") return Promise.resolve(answerOf(200, stored));
      posts.push(new URL(request.url).pathname);
      return answer();
    }),
  );
  const client = newQueryClient();
  client.setQueryData(queries.pod(POD.id).queryKey, POD);
  function Shown() {
    const pod = useQuery(queries.pod(POD.id)).data;
    if (pod?.state !== "running") return <ToActivate pod={POD} link={{ token, forget }} />;
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
  [posts, forget] = [[], vi.fn()];
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
  expect(posts).toEqual([`/api/v2/pods/${POD.id}/activate`]);
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
  await vi.waitFor(() => expect(posts).toHaveLength(2));
});

it("forgets a token that is not valid, and says where the right one is", async () => {
  const button = await show(() => Promise.resolve(refused(400, "token_invalid")), POD, "t");
  fireEvent.click(button);
  expect(await screen.findByText(/Open the link from the newest email/)).toBeTruthy();
  expect(forget).toHaveBeenCalledOnce();
  expect(button.hasAttribute("disabled")).toBe(true);
});

it("is activated by the token of the link that led here", async () => {
  const button = await show(() => Promise.resolve(refused(409, "activation_used")), RUNS, "t");
  fireEvent.click(button);
  expect(await screen.findByText("Running")).toBeTruthy();
  expect(posts).toEqual(["/api/v2/pods/activate"]);
});

it("says first what is charged from when, and has Activate as its first button", async () => {
  const button = await show(() => Promise.reject(new TypeError("cut")));
  expect(screen.getByText(/Charging begins when you activate it/).textContent).toMatch(
    /per hour, by the second, until you stop or end the pod\. You pay nothing until then\./,
  );
  expect(screen.getAllByRole("button")[0]).toBe(button);
});

it("sends the email again once for a double click, and activates nothing", async () => {
  await show(() => Promise.resolve(new Response(null, { status: 202 })));
  const again = screen.getByRole("button", { name: "Send the email again" });
  fireEvent.click(again);
  fireEvent.click(again);
  expect(await screen.findByText(/The link is on its way again/)).toBeTruthy();
  expect(posts).toEqual([`/api/v2/pods/${POD.id}/activation-mail`]);
});

it.each([
  [429, "activation_mail_wait"],
  [409, "activation_mails_used"],
])("says why the email is not sent again: %i", async (status, code) => {
  const button = await show(() => Promise.resolve(refused(status, code)));
  fireEvent.click(screen.getByRole("button", { name: "Send the email again" }));
  expect(await screen.findByText(`Refused: ${code}.`)).toBeTruthy();
  expect(screen.queryByText(/on its way again/)).toBeNull();
  expect(button.hasAttribute("disabled")).toBe(false);
});
