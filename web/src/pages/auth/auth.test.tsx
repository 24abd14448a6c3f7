import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { closeApp, openApp, refusal } from "../../shell/test-app.tsx";

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
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const invalid = (label: string) =>
  screen.getByLabelText(label).getAttribute("aria-invalid") === "true";

afterEach(closeApp);

async function fillRegistration() {
  await screen.findByLabelText("Name");
  type("Name", " Ada ");
  type("Email", " Ada@example.com ");
  type("Password", "correct horse");
}

test("a registration for a paid plan goes on to its payment", async () => {
  const { log, router } = await openApp("/register?plan=pro&interval=year", {
    "POST /auth/register": () => [202, { next: "login" }],
    "GET /auth/me": () => ME,
  });
  await fillRegistration();
  press("Continue to payment");
  await waitFor(() => expect(router.state.location.pathname).toBe("/pay"));
  expect(router.state.location.search).toEqual({ plan: "pro", interval: "year" });
  expect(log.find(({ path }) => path === "/auth/register")?.body).toEqual({
    name: "Ada",
    email: "Ada@example.com",
    password: "correct horse",
    plan: "pro",
  });
});

test("a free registration goes on to the offers, or back to where one was", async () => {
  const { router } = await openApp("/register?next=%2Fpods%3Fa%3D1", {
    "POST /auth/register": () => [202, { next: "login" }],
    "GET /auth/me": () => ME,
  });
  await fillRegistration();
  press("Create account");
  await waitFor(() => expect(router.state.location.href).toBe("/pods?a=1"));
});

test("nothing is sent before every limit is kept, and the first wrong field has the focus", async () => {
  const { log } = await openApp("/register", {});
  await screen.findByLabelText("Name");
  type("Name", "Ada");
  type("Email", "ada@host");
  type("Password", "too short");
  press("Create account");
  expect(invalid("Email")).toBe(true);
  expect(screen.getByText(/at least 10 characters; this one has 9/)).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText("Email"));
  type("Email", "ada@example.com");
  expect(invalid("Email")).toBe(false);
  expect(log.filter(({ method }) => method === "POST")).toEqual([]);
});

test("an address is verified with the password typed before, and is in no URL", async () => {
  const { log, router } = await openApp("/register?plan=enterprise", {
    "POST /auth/register": () => [202, { next: "verify" }],
    "POST /auth/verify": () => [204, null],
    "GET /auth/me": () => ME,
  });
  await fillRegistration();
  press("Continue to payment");
  expect(await screen.findByText("Ada@example.com")).toBeTruthy();
  expect(router.state.location.href).not.toContain("example");
  expect(screen.queryByLabelText("Password for your account")).toBeNull();
  type("Code from the email", "123 456");
  press("Verify and sign in");
  await waitFor(() => expect(router.state.location.pathname).toBe("/pay"));
  expect(router.state.location.search).toEqual({ plan: "enterprise", interval: "month" });
  expect(log.find(({ path }) => path === "/auth/verify")?.body).toEqual({
    email: "Ada@example.com",
    code: "123456",
    password: "correct horse",
  });
});

test("a wrong code is said at the code, and a new one waits for its pause", async () => {
  await openApp("/register", {
    "POST /auth/register": () => [202, { next: "verify" }],
    "POST /auth/verify": () =>
      refusal(400, "code_invalid", "This code is wrong or no longer valid."),
  });
  await fillRegistration();
  press("Create account");
  await screen.findByLabelText("Code from the email");
  type("Code from the email", "000000");
  press("Verify and sign in");
  expect((await screen.findByRole("alert")).textContent).toBe(
    "This code is wrong or no longer valid.",
  );
  expect(invalid("Code from the email")).toBe(true);
  expect(screen.getByText(/A new code can be sent in (1:00|0:5\d)/)).toBeTruthy();
  expect(
    screen.getByRole("button", { name: "Send a new code" }).getAttribute("aria-disabled"),
  ).toBe("true");
});

test("who has an account under the address is told, with what they typed kept", async () => {
  await openApp("/register", {
    "POST /auth/register": () => [202, { next: "login" }],
    "POST /auth/login": () => refusal(401, "credentials_invalid", "Wrong."),
  });
  await fillRegistration();
  press("Create account");
  expect((await screen.findByRole("alert")).textContent).toMatch(/may already have an account/);
  expect((screen.getByLabelText("Email") as HTMLInputElement).value).toContain("Ada@example.com");
});

test("a sign-in comes back to where it was asked for; a wrong one is said once", async () => {
  const answers = [
    refusal(401, "credentials_invalid", "The email address or the password is wrong."),
    { access_token: "t" },
  ];
  const { router } = await openApp("/login?next=%2Faccount", {
    "POST /auth/login": () => answers.shift(),
    "GET /auth/me": () => ME,
  });
  await screen.findByLabelText("Email");
  type("Email", "ada@example.com");
  type("Password", "wrong");
  press("Sign in");
  expect(await screen.findAllByText("The email address or the password is wrong.")).toHaveLength(1);
  type("Password", "correct horse");
  press("Sign in");
  await waitFor(() => expect(router.state.location.pathname).toBe("/account"));
});

test("a sign-in leads nowhere outside of this app", async () => {
  const { router } = await openApp("/login?next=%2F%2Fevil.example", { "GET /auth/me": () => ME });
  await screen.findByLabelText("Email");
  type("Email", "ada@example.com");
  type("Password", "correct horse");
  press("Sign in");
  await waitFor(() => expect(router.state.location.href).toBe("/overview"));
});

test("a sign-in before the address is proved leads to proving it", async () => {
  const { router } = await openApp("/login", {
    "POST /auth/login": () =>
      refusal(403, "address_unverified", "Please enter the code we emailed you first."),
  });
  await screen.findByLabelText("Email");
  type("Email", "ada@example.com");
  type("Password", "correct horse");
  press("Sign in");
  await waitFor(() => expect(router.state.location.pathname).toBe("/verify"));
  expect(
    screen.getByRole("button", { name: "Send a new code" }).getAttribute("aria-disabled"),
  ).toBeNull();
});

test("a forgotten password is replaced, and one is signed in with the new one", async () => {
  const { log, router } = await openApp("/forgot", {
    "POST /auth/password/forgot": () => [202, null],
    "POST /auth/password/reset": () => [204, null],
    "GET /auth/me": () => ME,
  });
  await screen.findByLabelText("Email");
  type("Email", "ada@example.com");
  press("Email me a code");
  await screen.findByLabelText("New password");
  type("Code from the email", "654321");
  type("New password", "battery staple");
  press("Change password");
  await waitFor(() => expect(router.state.location.pathname).toBe("/overview"));
  expect(log.find(({ path }) => path === "/auth/password/reset")?.body).toEqual({
    email: "ada@example.com",
    code: "654321",
    new_password: "battery staple",
  });
  expect(log.find(({ path }) => path === "/auth/login")?.body).toEqual({
    email: "ada@example.com",
    password: "battery staple",
  });
});
