// Which page an address shows, and the frame around it.

import { get, loadMe, logout, restore, session } from "./api.js";
import { h, note, say, usd } from "./dom.js";
import { forgotPage, joinPage, loginForm, resetPage, verifyPage } from "./auth.js";
import { offersPage } from "./offers.js";
import { configurePage } from "./configure.js";
import { reviewPage } from "./review.js";
import { podsPage } from "./pods.js";
import { activatePage, podPage } from "./pod.js";

const main = document.getElementById("main");
let leaving = new AbortController();
let first = true;

/** Pages; those marked `own` want a signed-in person and ask for the sign-in where they are. */
const PAGES = [
  [/^\/$/, landingPage],
  [/^\/login$/, signInPage],
  [/^\/register$/, joinPage],
  [/^\/verify$/, verifyPage],
  [/^\/forgot$/, forgotPage],
  [/^\/reset$/, resetPage],
  [/^\/offers$/, offersPage],
  [/^\/configure$/, configurePage, "own"],
  [/^\/review\/(quote_[0-9a-z]+)$/, reviewPage, "own"],
  [/^\/pods$/, podsPage, "own"],
  [/^\/pods\/(pod_[0-9a-z]+)$/, podPage, "own"],
  [/^\/activate$/, activatePage, "own"],
  [/^\/account$/, accountPage, "own"],
];

export function go(path, state = null) {
  history.pushState(state, "", path);
  return show();
}

function frame() {
  const { me } = session;
  const here = location.pathname;
  const link = (href, text) => h("a", { href, "aria-current": here === href && "page" }, text);
  const links = me
    ? [link("/offers", "Browse GPUs"), link("/pods", "Pods"), link("/account", `Wallet ${usd(me.wallet.available_usd_micros)}`),
      h("button", { type: "button", class: "quiet", onclick: leave }, "Sign out")]
    : [link("/offers", "Browse GPUs"), link("/login", "Sign in"), link("/register", "Create account")];
  document.getElementById("nav").replaceChildren(...links);
  document.getElementById("sandbox").hidden = me?.tenant.mode === "LIVE";
}

async function leave() {
  try {
    await logout();
    await go("/");
    say("You are signed out.");
  } catch (error) {
    say(error.message);
  }
}

export async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  frame();
  const path = location.pathname;
  const [pattern, page, own] = PAGES.find(([p]) => p.test(path)) ?? [/./, lostPage];
  const root = h("div", { class: "page" });
  main.replaceChildren(root);
  const context = { root, signal, go, show, frame, id: pattern.exec(path)?.[1] };
  try {
    if (own && !session.me) signInHere(context);
    else await page(context);
  } catch (error) {
    if (signal.aborted) return;
    if (error.status === 401 && own) {
      session.me = null;
      return show();
    }
    root.append(note(error), h("button", { type: "button", onclick: show }, "Try again"));
  }
  if (signal.aborted) return;
  const title = root.querySelector("h1");
  document.title = title ? `${title.textContent} · GPUBROKER` : "GPUBROKER";
  if (!first && !root.contains(document.activeElement)) main.focus({ preventScroll: true });
  if (!first) scrollTo(0, 0);
  first = false;
}

function signInHere({ root }) {
  root.append(h("div", { class: "narrow card" }, h("h1", {}, "Sign in to go on"), loginForm(show, go)));
}

async function signInPage({ root }) {
  root.append(h("div", { class: "narrow card" }, h("h1", {}, "Sign in"), loginForm(() => go("/offers"), go)));
}

async function lostPage({ root }) {
  root.append(h("h1", {}, "There is no such page"), h("p", {}, h("a", { href: "/" }, "Go to the start")));
}

async function landingPage({ root }) {
  const board = h("section", { class: "card", "aria-busy": "true" }, h("p", { class: "mute" }, "Reading prices…"));
  const plans = h("div", { class: "plans" });
  root.append(
    h("section", { class: "hero" },
      h("div", {}, h("h1", {}, "Every GPU cloud on one price board"),
        h("p", {}, "Compare, configure and deploy in a minute. Nothing is charged until you activate your pod."),
        h("p", { class: "actions" }, h("a", { class: "button primary", href: "/offers" }, "Browse GPUs"),
          !session.me && h("a", { class: "button", href: "/register" }, "Create account"))), board),
    h("h2", {}, "Plans"), plans);
  await Promise.all([fill(board, priceBoard), fill(plans, planCards)]);
}

async function fill(element, view) {
  try {
    element.replaceChildren(...await view());
  } catch (error) {
    const again = () => fill(element, view);
    element.replaceChildren(note(error), h("button", { type: "button", onclick: again }, "Try again"));
  }
  element.removeAttribute("aria-busy");
}

async function priceBoard() {
  const { items, taken_at } = await get("/providers/featured");
  const rows = items.map(({ family, rate_per_gpu_usd_micros_per_hour: rate, offer }) => h("tr", {},
    h("th", { scope: "row" }, h("a", { href: `/offers?gpu=${encodeURIComponent(family)}` }, family),
      h("small", {}, `${offer.gpu_memory_gib} GB`)),
    h("td", {}, offer.provider), h("td", { class: "price" }, usd(rate, 2))));
  const head = ["GPU", "Best at", "Per GPU hour"].map((t, i) => h("th", { scope: "col", class: i === 2 && "price" }, t));
  return [h("table", { class: "board" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)),
    h("p", { class: "mute small" }, `Prices of ${new Date(taken_at).toLocaleTimeString()}, our share included.`)];
}

async function planCards() {
  const { items } = await get("/billing/plans");
  return items.map((plan) => h("article", { class: "card" }, h("h3", {}, plan.name), h("p", { class: "mute" }, plan.summary),
    h("p", { class: "big" }, usd(plan.monthly_usd_micros, 0), h("small", {}, " a month")),
    h("p", { class: "mute small" }, `or ${usd(plan.annual_usd_micros, 0)} a year`),
    h("ul", {}, plan.features.map((f) => h("li", {}, f))),
    !session.me && h("a", { class: "button", href: `/register?plan=${plan.id}` }, `Start with ${plan.name}`)));
}

async function accountPage({ root, frame: redraw }) {
  const me = await loadMe();
  redraw();
  const { wallet } = me;
  const cell = (name, micros) => h("div", {}, h("span", { class: "mute" }, name), h("b", {}, usd(micros)));
  root.append(h("h1", {}, "Account"), h("section", { class: "card" }, h("h2", {}, "Wallet"),
    h("div", { class: "sums" }, cell("Available", wallet.available_usd_micros), cell("Credit", wallet.granted_usd_micros),
      cell("Cash", wallet.cash_usd_micros), cell("Held", wallet.held_usd_micros))),
  h("section", { class: "card" }, h("h2", {}, me.name), h("dl", { class: "facts" },
    [["Email", me.email], ["Verified", me.email_verified ? "Yes" : "No"], ["Plan", me.plan.name],
      ["Running pods", `up to ${me.plan.running_pods_max}`], ["Tenant", `${me.tenant.name} (${me.tenant.mode})`], ["Role", me.role]]
      .map(([k, v]) => [h("dt", {}, k), h("dd", {}, v)])),
  me.plan_wanted !== me.plan.id && h("p", { class: "mute" }, `You chose ${me.plan_wanted.toUpperCase()}; it waits for a payment.`)));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.target || link.pathname.startsWith("/mail")) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
addEventListener("popstate", show);
addEventListener("session-ended", frame);
addEventListener("hashchange", () => location.pathname === "/activate" && show());

try {
  await restore();
} catch (error) {
  say(error.message);
}
await show();
