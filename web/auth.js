// Joining, signing in, and passwords.

import { login, post, session } from "./api.js";
import { field, form, h, plain, say } from "./dom.js";

const emailInput = (value) => h("input", { type: "email", autocomplete: "username", required: true, maxlength: 254, value: value ?? "" });
const newPassword = () => h("input", { type: "password", autocomplete: "new-password", required: true, minlength: 10, maxlength: 64 });
const codeInput = () => h("input", { inputmode: "numeric", autocomplete: "one-time-code", required: true, pattern: "\\s*[0-9]{6}\\s*", title: "Six digits" });
const asked = (name) => new URLSearchParams(location.search).get(name);
/** Only this browser's history knows the address: it is in no URL. */
const remembered = () => history.state?.email ?? "";
const narrow = (title, ...children) => h("div", { class: "narrow card" }, h("h1", {}, title), children);
const mailbox = () => location.hostname === "localhost" && h("p", { class: "small" }, h("a", { href: "/mail" }, "Open the local mailbox"));

export function loginForm(done, go) {
  const email = emailInput(remembered());
  const password = h("input", { type: "password", autocomplete: "current-password", required: true });
  const send = async () => {
    try {
      await login(email.value, password.value);
    } catch (error) {
      if (error.code !== "address_unverified") throw error;
      return go("/verify", { email: email.value });
    }
    return done();
  };
  return h("div", {}, form("Sign in", "Sign in", send, field("Email", email), field("Password", password)),
    h("p", { class: "small" }, h("a", { href: "/forgot" }, "Forgot your password?"), " · ", h("a", { href: "/register" }, "Create account")));
}


export async function joinPage({ root, go }) {
  const [name, email, password] = [h("input", { autocomplete: "name", required: true, maxlength: 100 }), emailInput(), newPassword()];
  const plan = ["free", "pro", "enterprise"].find((id) => id === asked("plan"));
  const send = async () => {
    const wish = { email: email.value, password: password.value, name: name.value, ...(plan && { plan }) };
    const { next } = await post("/auth/register", wish);
    if (next === "verify") return go("/verify", { email: email.value });
    try {
      await login(email.value, password.value);
    } catch (error) {
      // The answer never tells whether the address had an account: whoever had one signs in with its password.
      if (error.status !== 401) throw error;
      say("Please sign in with your password.");
      return go("/login", { email: email.value });
    }
    say(`Welcome, ${session.me.name}.`);
    return go("/offers");
  };
  root.append(narrow("Create account", plan && plan !== "free" && h("p", { class: "mute" }, `${plan.toUpperCase()} begins with a payment; you start on FREE.`),
    form("Create account", "Create account", send, field("Name", name), field("Email", email), field("Password", password, "10 to 64 characters")),
    h("p", { class: "small" }, "Have an account? ", h("a", { href: "/login" }, "Sign in"))));
}

export async function verifyPage({ root, go }) {
  const [email, code, password] = [emailInput(remembered()), codeInput(), newPassword()];
  const send = async () => {
    await post("/auth/verify", { email: email.value, code: code.value.trim(), password: password.value });
    say("Your address is verified. Sign in now.");
    return go("/login", { email: email.value });
  };
  const again = plain(form("Mail a new code", "Mail a new code", async () => {
    await post("/auth/resend", { email: email.value });
    say("If the address waits for a code, one is on its way.");
  }));
  root.append(narrow("Verify your email", h("p", { class: "mute" }, "We mailed you a code of six digits."),
    form("Verify", "Verify", send, field("Email", email), field("Code", code), field("Password", password, "The one your account shall have")), again, mailbox()));
}

export async function forgotPage({ root, go }) {
  const email = emailInput(remembered());
  const send = async () => {
    await post("/auth/password/forgot", { email: email.value });
    say("If the address has an account, a code is on its way.");
    return go("/reset", { email: email.value });
  };
  root.append(narrow("Forgot your password?", form("Mail me a code", "Forgot password", send, field("Email", email))));
}

export async function resetPage({ root, go }) {
  const [email, code, password] = [emailInput(remembered()), codeInput(), newPassword()];
  const send = async () => {
    await post("/auth/password/reset", { email: email.value, code: code.value.trim(), new_password: password.value });
    say("Your password is changed. Sign in with it.");
    return go("/login", { email: email.value });
  };
  root.append(narrow("Choose a new password", h("p", { class: "mute" }, "If the address has an account, we mailed it a code."),
    form("Change password", "Reset password", send, field("Email", email), field("Code", code), field("New password", password, "10 to 64 characters")),
    mailbox()));
}
