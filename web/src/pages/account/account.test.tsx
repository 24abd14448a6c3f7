import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { closeApp, openApp } from "../../shell/test-app.tsx";

const ME = {
  user_id: "usr_1",
  email: "ada@example.com",
  email_verified: false,
  name: "Ada",
  role: "user",
  plan: { id: "free" },
  plan_wanted: "free",
  tenant: { id: "ten_1", name: "demo", mode: "SANDBOX" },
  wallet: {},
};
const api = (verified: boolean) => ({
  "GET /auth/me": () => ({ ...ME, email_verified: verified }),
  "GET /ssh-keys": () => ({ items: [] }),
  "POST /auth/password/forgot": () => [202, null],
});

afterEach(closeApp);

test("an address that is not verified can be, by a mailed code", async () => {
  const { log, router } = await openApp("/account", api(false), { signedIn: true });
  fireEvent.click(await screen.findByRole("button", { name: "Verify" }));
  const [, confirm] = await screen.findAllByRole("button", { name: "Email me a code" });
  fireEvent.click((confirm ?? screen.getByRole("dialog").querySelector("[type=submit]"))!);
  await waitFor(() => expect(router.state.location.pathname).toBe("/reset"));
  const sent = log.filter(({ path }) => path === "/auth/password/forgot");
  expect(sent.map(({ body }) => body)).toEqual([{ email: "ada@example.com" }]);
});

test("one that is verified needs nothing", async () => {
  await openApp("/account", api(true), { signedIn: true });
  expect(await screen.findByText("Verified")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Verify" })).toBeNull();
});
