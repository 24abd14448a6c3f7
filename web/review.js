// A held price: deploy at it, or hold a new one when it has run out.

import { get, post, session } from "./api.js";
import { countdown, facts, field, form, h, note, say, usd } from "./dom.js";
import { costs, SCENARIOS } from "./configure.js";
import { place } from "./offers.js";

export async function reviewPage({ root, signal, go, id }) {
  const quote = await get(`/pods/quotes/${id}`);
  if (signal.aborted) return;
  if (quote.pod_id) return go(`/pods/${quote.pod_id}`);
  // One key per quote, kept with the page: sending the deploy again can never open a second pod.
  const plan = { wish: null, name: "pod", scenario: null, ...history.state };
  plan.key ??= crypto.randomUUID();
  // A quote does not tell its keys: without what was filled in, one can only configure again.
  history.replaceState(plan, "");

  const name = h("input", { required: true, maxlength: 63, value: plan.name });
  name.addEventListener("input", () => history.replaceState(Object.assign(plan, { name: name.value }), ""));
  const deploy = form("Deploy", "Deploy", async () => {
    const body = { quote_id: id, name: name.value.trim(), ...(plan.scenario && { scenario: plan.scenario }) };
    const pod = await post("/pods", body, { "idempotency-key": plan.key });
    return go(`/pods/${pod.id}`);
  }, field("Name", name));
  const hold = h("b", { class: "count" });
  const held = h("p", { class: "hold" }, "Price held for ", hold);
  const ended = h("p", { role: "status" });
  const again = form("Hold the price again", "New price", async () => {
    if (!plan.wish) return go(`/configure?offer=${encodeURIComponent(quote.offer_id)}`);
    const next = await post("/pods/quotes", plan.wish);
    const [before, after] = [quote.price, next.price].map((p) => p.rate_usd_micros_per_hour);
    say(before === after ? "The price is the same and held again." : `The price changed from ${usd(before)} to ${usd(after)} an hour.`);
    history.replaceState({ ...plan, name: name.value, key: crypto.randomUUID() }, "", `/review/${next.id}`);
    return go(`/review/${next.id}`, history.state);
  });
  const button = deploy.querySelector(".send");
  const tick = () => {
    const left = (Date.parse(quote.expires_at) - Date.now()) / 1_000;
    hold.textContent = countdown(left);
    again.hidden = left > 0;
    deploy.hidden = left <= 0;
    held.hidden = left <= 0;
    if (left > 0) return;
    clearInterval(timer);
    button.disabled = true;
    ended.textContent = "The price is no longer held.";
  };
  const timer = setInterval(tick, 250);
  signal.addEventListener("abort", () => clearInterval(timer));
  tick();
  const short = session.me.wallet.available_usd_micros < quote.hold_usd_micros;
  const scenario = SCENARIOS.find(([value]) => value === plan.scenario)?.[1];
  root.append(h("h1", {}, "Review and deploy"), h("div", { class: "split" },
    h("section", { class: "card" }, h("h2", {}, quote.gpu),
      facts([["Cloud", place(quote)], ["Machine", quote.instance_type], ["Template", quote.template_id], ["Disk", `${quote.disk_gib} GiB`],
        plan.wish && ["SSH keys", String(plan.wish.ssh_key_ids.length)], scenario && plan.scenario && ["Sandbox scenario", scenario]]),
      costs(quote.price, quote.hold_usd_micros)),
    h("aside", { class: "card sticky" }, held, ended,
      h("p", { class: "mute small" }, `${usd(quote.hold_usd_micros)} is held at deploy and given back if nothing runs. You have ${usd(session.me.wallet.available_usd_micros)}.`),
      short && note(new Error("Your wallet does not cover the first hour.")), deploy, again,
      h("p", {}, h("a", { href: `/configure?offer=${encodeURIComponent(quote.offer_id)}` }, "Change the configuration")))));
}
