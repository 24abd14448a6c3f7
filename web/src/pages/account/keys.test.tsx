import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { UNDO_MS } from "../../ui/removals.ts";
import { closeApp, openApp, refusal, type Sent } from "../../shell/test-app.tsx";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHF89OJrzR64EhBUboWuWkzxv+yO47f0NRHyioDmLOMH";
const ME = {
  user_id: "usr_1",
  email: "ada@example.com",
  email_verified: true,
  name: "Ada",
  role: "user",
  plan: { id: "free" },
  plan_wanted: "free",
  tenant: { id: "ten_1", name: "demo", mode: "SANDBOX" },
  wallet: {},
};

const view = (name: string) => ({
  id: `key_${name}`,
  name,
  public_key: KEY,
  fingerprint: "SHA256:m0f+",
  created_at: "2026-11-21T00:00:00Z",
});

function api(kept: object[], remove: () => unknown = () => [204, null]) {
  const items = [...kept];
  return {
    "GET /auth/me": () => ME,
    "GET /ssh-keys": () => ({ items }),
    "POST /ssh-keys": ({ body }: Sent) => {
      items.push(view((body as { name: string }).name));
      return [201, items.at(-1)];
    },
    "DELETE /ssh-keys/key_laptop": () => {
      const answered = remove();
      if ((answered as unknown[])[0] === 204) items.splice(0, 1);
      return answered;
    },
  };
}
const LAPTOP = view("laptop");
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const removal = () => screen.findByRole("button", { name: "Remove laptop" });
const deletes = (log: Sent[]) => log.filter(({ method }) => method === "DELETE").length;
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(async () => {
  vi.useRealTimers();
  await closeApp();
});

test("a removed key is gone at once, and asked of the API when it can no longer be undone", async () => {
  const { log } = await openApp("/account", api([LAPTOP]), { signedIn: true });
  fireEvent.click(await removal());
  expect(screen.queryByText("SHA256:m0f+")).toBeNull();
  await pass(UNDO_MS - 500);
  expect(deletes(log)).toBe(0);
  await pass(1_000);
  expect(deletes(log)).toBe(1);
  expect(await screen.findByText("No SSH keys yet")).toBeTruthy();
});

test("an undone removal was never asked for", async () => {
  const { log } = await openApp("/account", api([LAPTOP]), { signedIn: true });
  fireEvent.click(await removal());
  fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(screen.getByText("SHA256:m0f+")).toBeTruthy();
  await pass(2 * UNDO_MS);
  expect(deletes(log)).toBe(0);
});

test("a removal that fails brings the key back and says so", async () => {
  await openApp(
    "/account",
    api([LAPTOP], () => refusal(503, "unavailable", "Try again later.")),
    { signedIn: true },
  );
  fireEvent.click(await removal());
  await pass(UNDO_MS + 500);
  expect(await screen.findByText("laptop was not removed. Try again later.")).toBeTruthy();
  expect(screen.getByText("SHA256:m0f+")).toBeTruthy();
});

test("a key is added once it is whole, and not twice", async () => {
  const { log } = await openApp("/account", api([]), { signedIn: true });
  fireEvent.click(await screen.findByRole("button", { name: "Add a key" }));
  type("Public key", KEY.slice(0, -8));
  type("Name", "desk");
  fireEvent.click(screen.getByRole("button", { name: "Add the key" }));
  expect(screen.getByRole("alert").textContent).toMatch(/incomplete/);
  type("Public key", `${KEY} ada@desk`);
  fireEvent.click(screen.getByRole("button", { name: "Add the key" }));
  fireEvent.click(screen.getByRole("button", { name: "Add the key" }));
  expect(await screen.findByText("desk was added.")).toBeTruthy();
  expect(
    log
      .filter(({ method, path }) => method === "POST" && path === "/ssh-keys")
      .map(({ body }) => body),
  ).toEqual([{ name: "desk", public_key: `${KEY} ada@desk` }]);
  fireEvent.click(screen.getByRole("button", { name: "Add a key" }));
  type("Public key", KEY);
  fireEvent.click(screen.getByRole("button", { name: "Add the key" }));
  await waitFor(() => expect(screen.getByText("You already have this key, as desk.")).toBeTruthy());
});
