// From a machine to something that can be deployed.

import { api, get, post } from "./api.js";
import { facts, field, form, h, note, plain, say, select, usd } from "./dom.js";
import { place, title } from "./offers.js";

export const SCENARIOS = [["", "None: everything works"], ["first_offer_sold_out", "The first offer is sold out"],
  ["all_offers_sold_out", "All offers are sold out"], ["price_raised", "The cloud raised its price"],
  ["slow_start", "The machine starts slowly"], ["never_ready", "The machine never answers"]];

/** What a running hour is made of, and what it comes to. */
export function costs(price, hold) {
  const per = (micros) => usd(micros, 4);
  const { billing_increment_secs: step, minimum_secs: least } = price.provider_terms;
  const sum = (name, micros) => h("div", {}, h("span", { class: "mute" }, name), h("b", {}, usd(micros)));
  return h("div", {},
    h("div", { class: "sums" }, sum("Hour", price.rate_usd_micros_per_hour), sum("Day", price.day_usd_micros), sum("Month", price.month_usd_micros)),
    facts([["Machine", per(price.machine_usd_micros_per_hour)], ["Disk beyond the included", per(price.disk_usd_micros_per_hour)],
      ["Brokerage", per(price.brokerage_usd_micros_per_hour)],
      price.tenant_markup_usd_micros_per_hour > 0 && ["Markup", per(price.tenant_markup_usd_micros_per_hour)],
      ["Running hour", h("b", {}, per(price.rate_usd_micros_per_hour))], ["Stopped hour", per(price.stopped_rate_usd_micros_per_hour)],
      ["Held at deploy", usd(hold, 4)]]),
    h("p", { class: "mute small" }, `The cloud bills by ${step === 1 ? "the second" : `${step} s`}, at least ${least} s.`));
}

async function start() {
  const asked = new URLSearchParams(location.search);
  const id = asked.get("draft");
  const draft = id ? await get(`/pods/drafts/${encodeURIComponent(id)}`) : null;
  const fields = { name: null, template_id: null, disk_gib: null, ssh_key_ids: [], ...draft?.fields };
  fields.offer_id = draft?.fields.offer_id ?? asked.get("offer");
  return { draft, fields };
}

export async function configurePage({ root, signal, go }) {
  let { draft, fields } = await start();
  if (!fields.offer_id) {
    root.append(h("h1", {}, "Configure"), h("p", {}, "Choose a machine first."), h("a", { class: "button primary", href: "/offers" }, "Browse GPUs"));
    return;
  }
  const [offer, templates, keys] = await Promise.all([get(`/offers/${encodeURIComponent(fields.offer_id)}`), get("/pods/templates"), get("/ssh-keys")]);
  if (signal.aborted) return;
  const wanted = new Set(fields.ssh_key_ids);
  const name = h("input", { required: true, maxlength: 63, value: fields.name ?? `my-${offer.gpu.toLowerCase().replace(/[^a-z0-9]+/g, "-")}` });
  const template = select({ value: fields.template_id ?? templates.items[0]?.id }, templates.items.map((t) => [t.id, t.name]));
  const disk = h("input", { type: "number", inputmode: "numeric", step: 1, value: fields.disk_gib ?? "" });
  const scenario = select({}, SCENARIOS);
  const summary = h("small", { class: "mute" });
  const limits = h("small", { class: "mute" });
  const diskError = h("div");
  const estimate = h("div", {}, h("p", { class: "mute" }, "Working out the price…"));
  const keyList = h("div");
  const wish = () => ({ offer_id: offer.id, template_id: template.value, disk_gib: disk.value === "" ? null : Number(disk.value), ssh_key_ids: [...wanted] });

  let asking = 0;
  const reckon = async () => {
    const mine = ++asking;
    const chosen = templates.items.find((t) => t.id === template.value);
    summary.textContent = chosen?.summary ?? "";
    try {
      const answer = await post("/pods/estimate", wish());
      if (mine !== asking || signal.aborted) return;
      diskError.replaceChildren();
      estimate.replaceChildren(costs(answer.price, answer.hold_usd_micros));
      disk.placeholder = String(answer.disk_gib_min);
      limits.textContent = `${answer.disk_gib_min} to ${answer.disk_gib_max} GiB; ${offer.disk.included_gib} GiB are included.`;
    } catch (error) {
      if (mine !== asking || signal.aborted) return;
      const about = error.code.startsWith("disk_");
      diskError.replaceChildren(...(about ? [note(error)] : []));
      estimate.replaceChildren(about ? h("p", { class: "mute" }, "Change the disk to see the price.") : note(error));
    }
  };
  let typing;
  const changed = () => { clearTimeout(typing); typing = setTimeout(reckon, 250); };
  const drawKeys = () => keyList.replaceChildren(...keys.items.map((key) => keyRow(key, wanted, changed, async () => {
    await api("DELETE", `/ssh-keys/${key.id}`);
    keys.items = keys.items.filter((k) => k.id !== key.id);
    wanted.delete(key.id);
    drawKeys();
    changed();
  })), keys.items.length === 0 ? h("p", { class: "mute small" }, "You have no SSH keys yet. Add one to log in by SSH.") : "");
  const addKey = keyForm((key) => { keys.items.push(key); wanted.add(key.id); drawKeys(); changed(); });

  const save = async () => {
    const body = { ...wish(), name: name.value.trim() || null };
    draft = draft ? await api("PUT", `/pods/drafts/${draft.id}`, { version: draft.version, fields: body }) : await post("/pods/drafts", body);
    history.replaceState(null, "", `/configure?draft=${draft.id}`);
    say("The draft is saved.");
  };
  const review = async () => {
    const asked = wish();
    const quote = await post("/pods/quotes", asked);
    return go(`/review/${quote.id}`, { wish: asked, name: name.value.trim(), scenario: scenario.value || null, key: crypto.randomUUID() });
  };
  const main = form("Review and deploy", "Configuration", review,
    field("Name", name), field("Template", template), summary, field("Disk, GiB", disk), limits, diskError,
    h("fieldset", {}, h("legend", {}, "SSH keys"), keyList), field("Sandbox scenario", scenario, "What the mock cloud is to pretend."));
  main.addEventListener("input", (event) => { if (event.target === disk || event.target === template) changed(); });
  drawKeys();
  root.append(h("div", { class: "head" }, h("h1", {}, `Configure ${title(offer)}`), h("span", { class: "mute" }, place(offer))),
    h("div", { class: "split" },
      h("div", {}, h("section", { class: "card" }, main), h("section", { class: "card" }, addKey)),
      h("aside", { class: "card sticky" }, h("h2", {}, "Estimate"),
        h("p", { class: "mute small" }, `${offer.gpu_memory_gib} GB GPU memory, ${offer.vcpus} vCPU, ${offer.ram_gib} GB RAM${offer.spot ? ", spot: the cloud may take it back" : ""}`),
        h("div", { "aria-live": "polite" }, estimate), plain(form("Save draft", "Draft", save)))));
  await reckon();
}

function keyRow(key, wanted, changed, remove) {
  const box = h("input", { type: "checkbox", id: `k-${key.id}` });
  box.checked = wanted.has(key.id);
  box.addEventListener("change", () => { wanted[box.checked ? "add" : "delete"](key.id); changed(); });
  const removing = async (event) => {
    event.target.disabled = true;
    try {
      await remove();
      say(`Key ${key.name} is removed.`);
    } catch (error) {
      say(error.message);
      event.target.disabled = false;
    }
  };
  return h("div", { class: "key" }, box, h("label", { for: box.id }, key.name, h("small", { class: "code" }, key.fingerprint)),
    h("button", { type: "button", class: "quiet", onclick: removing, "aria-label": `Remove key ${key.name}` }, "Remove"));
}

function keyForm(added) {
  const name = h("input", { required: true, maxlength: 64, autocomplete: "off" });
  const text = h("textarea", { required: true, rows: 3, class: "code", spellcheck: "false", placeholder: "ssh-ed25519 AAAA…" });
  const send = async () => {
    const key = await post("/ssh-keys", { name: name.value, public_key: text.value.trim() });
    name.value = "";
    text.value = "";
    added(key);
    say(`Key ${key.name} is added.`);
  };
  return h("details", {}, h("summary", {}, "Add an SSH key"),
    form("Add key", "Add an SSH key", send, field("Key name", name), field("Public key", text, "One line of a .pub file.")));
}
