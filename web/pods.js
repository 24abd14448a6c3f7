// The caller's pods and drafts.

import { api, get, post, query } from "./api.js";
import { h, moment, note, say, usd } from "./dom.js";
import { isLive, watch } from "./realtime.js";

const ASK_MS = 5_000; // While no WebSocket tells us.

export function badge(state) {
  return h("span", { class: `chip ${state}` }, state);
}

export async function podsPage({ root, signal }) {
  const pods = h("ul", { class: "rows" });
  const below = h("div", { class: "center" }, h("p", { class: "mute" }, "Reading your pods…"));
  const drafts = h("div", {});
  root.append(h("div", { class: "head" }, h("h1", {}, "Pods"), h("a", { class: "button primary", href: "/offers" }, "New pod")), pods, below, h("h2", {}, "Drafts"), drafts);
  const shown = new Map();
  const add = (pod) => {
    shown.set(pod.id, row(pod));
    return shown.get(pod.id);
  };
  const mark = (id, state) => {
    const chip = shown.get(id).querySelector(".chip");
    if (chip.textContent !== state) chip.replaceWith(badge(state));
  };
  const newest = async () => {
    const { items } = await get("/pods");
    if (signal.aborted) return;
    pods.prepend(...items.filter((pod) => !shown.has(pod.id)).map(add));
    for (const pod of items) mark(pod.id, pod.state);
    if (items.length && !below.querySelector("button")) below.replaceChildren();
  };
  const look = () => newest().catch(() => {}); // The next frame or turn looks again.
  const asking = setInterval(() => isLive() || look(), ASK_MS);
  signal.addEventListener("abort", () => clearInterval(asking));
  watch(["pods"], { signal, catchUp: look, frame: (frame) => (shown.has(frame.pod_id) ? mark(frame.pod_id, frame.state) : look()) });
  const more = async (cursor) => {
    try {
      const page = await get(`/pods${query({ cursor })}`);
      if (signal.aborted) return;
      pods.append(...page.items.filter((pod) => !shown.has(pod.id)).map(add));
      const next = () => more(page.next_cursor);
      below.replaceChildren(page.next_cursor ? h("button", { type: "button", onclick: next }, "Show more") : "");
      if (!pods.children.length) below.replaceChildren(h("p", { class: "mute" }, "You have no pods. Browse GPUs to deploy the first."));
    } catch (error) {
      below.replaceChildren(note(error), h("button", { type: "button", onclick: () => more(cursor) }, "Try again"));
    }
  };
  await Promise.all([more(), draftList(drafts)]);
}

function row(pod) {
  return h("li", {}, h("div", {}, h("a", { href: `/pods/${pod.id}` }, h("b", {}, pod.name)), h("small", {}, `${pod.gpu}, ${pod.template_id}, ${pod.disk_gib} GiB`)),
    badge(pod.state), h("div", { class: "price" }, h("b", {}, usd(pod.price.rate_usd_micros_per_hour)), h("small", {}, "per hour")),
    h("small", { class: "when" }, moment(pod.created_at)));
}

async function draftList(root) {
  try {
    const { items } = await get("/pods/drafts");
    root.replaceChildren(items.length ? h("ul", { class: "rows" }, items.map((d) => draftRow(d, root))) : h("p", { class: "mute" }, "No drafts. Save one while you configure a machine."));
  } catch (error) {
    root.replaceChildren(note(error), h("button", { type: "button", onclick: () => draftList(root) }, "Try again"));
  }
}

function draftRow(draft, root) {
  const { fields } = draft;
  const trying = (work) => async () => {
    try {
      await work();
    } catch (error) {
      say(error.message);
    }
    await draftList(root);
  };
  const undo = trying(async () => { await post("/pods/drafts", fields); say("The draft is back."); });
  const remove = trying(async () => { await api("DELETE", `/pods/drafts/${draft.id}`); say("The draft is deleted.", { label: "Undo", run: undo }); });
  const name = fields.name ?? "Unnamed";
  return h("li", {}, h("div", {}, h("a", { href: `/configure?draft=${draft.id}` }, h("b", {}, name)), h("small", {}, `${fields.template_id ?? "no template"}, ${fields.disk_gib ?? "least"} GiB`)),
    h("small", { class: "when" }, moment(draft.updated_at)),
    h("button", { type: "button", onclick: remove, "aria-label": `Delete draft ${name}` }, "Delete"));
}
