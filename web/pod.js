// One pod: how its deploy goes, its activation, and how to reach it.

import { get, loadMe, post, remove, session } from "./api.js";
import { clock, copyable, countdown, facts, h, moment, note, say, usd, form } from "./dom.js";
import { costs } from "./configure.js";
import { badge } from "./pods.js";
import { isLive, watch } from "./realtime.js";

const MOVING = ["pending", "provisioning", "ready", "stopping", "terminating"];
// What its owner can do with a pod: in which states, what it means, and how.
const ACTS = [
  { label: "Stop", states: ["running"], can: (pod) => pod.stoppable, send: (pod) => post(`/pods/${pod.id}/stop`),
    why: "Charging for running ends; its disk is kept and charged." },
  { label: "Start", states: ["stopped"], can: () => true, send: (pod) => post(`/pods/${pod.id}/start`),
    why: "It runs again at its price." },
  { label: "End", states: ["pending", "provisioning", "ready", "running", "stopping", "stopped"], can: () => true,
    send: (pod) => remove(`/pods/${pod.id}`), why: "Its machine and its disk are given back." },
];
const OVER = ["failed", "terminated"];

function connectionCard(connection) {
  const { address } = connection;
  return h("section", { class: "card" }, h("h2", {}, "Connection"),
    copyable("SSH command", connection.ssh_command),
    connection.jupyter_url && copyable("Jupyter address", connection.jupyter_url),
    copyable("Host", address.host),
    address.simulated && h("p", { class: "mute small" }, "This machine is simulated: the address answers to nobody."));
}

function lead(pod) {
  if (pod.state === "ready") {
    const local = location.hostname === "localhost";
    return h("section", { class: "card call" }, h("h2", {}, "Your pod answers"),
      h("p", {}, "Activate it with the link we mailed you. Nothing is charged before. ", pod.deadline_at && `The link works until ${clock(pod.deadline_at)}.`),
      local && h("a", { class: "button primary", href: `/mail?to=${encodeURIComponent(session.me.email)}`, target: "_blank", rel: "noopener" }, "Open the local mailbox"));
  }
  if (pod.state === "failed") {
    return h("section", { class: "card" }, h("h2", {}, "The deploy failed"), h("p", { class: "error" }, pod.reason?.message ?? "No reason was given."),
      h("p", { class: "mute" }, "What was held is given back."), h("a", { class: "button primary", href: "/offers" }, "Choose another machine"));
  }
  if (MOVING.includes(pod.state)) return h("section", { class: "card" }, h("h2", {}, "Working on it"), h("div", { class: "progress", role: "progressbar", "aria-label": "Deploying" }));
  return null;
}

function actions(pod, done) {
  const possible = ACTS.filter((act) => act.states.includes(pod.state) && act.can(pod));
  if (possible.length === 0) return null;
  const act = async ({ label, why, send }) => {
    if (label === "End" && !confirm(`End ${pod.name}? ${why}`)) return;
    await send(pod);
    done();
  };
  return h("section", { class: "card" }, h("h2", {}, "What now"), possible.map((one) =>
    form(one.label, one.label, () => act(one), h("p", { class: "mute small" }, one.why))));
}

function timeline(items) {
  return h("ol", { class: "timeline" }, items.map((e) => h("li", { class: e.kind.replace(/[^a-z]+/g, "-") }, h("time", { datetime: e.at }, clock(e.at)), h("span", {}, e.message))));
}

export async function podPage({ root, signal, frame, id }) {
  const title = h("h1", {}, "Pod");
  const state = h("span", { role: "status" });
  const [top, connection, left, right] = [h("div"), h("div"), h("div"), h("div")];
  const trouble = h("div");
  const spent = h("p", { class: "mute small" });
  root.append(h("div", { class: "head" }, title, state), trouble, top, connection, h("div", { class: "split" }, left, right));
  const drawn = {};
  let ticking = 0;
  // Draws a part only when it changed, so that focus and selection stay.
  const draw = (name, data, element, view) => {
    const now = JSON.stringify(data);
    if (drawn[name] === now) return;
    drawn[name] = now;
    element.replaceChildren(...[view()].flat().filter(Boolean));
  };
  const look = async () => {
    const [pod, events] = await Promise.all([get(`/pods/${id}`), get(`/pods/${id}/events`)]);
    if (signal.aborted) return pod;
    const readAt = Date.now();
    trouble.replaceChildren();
    title.textContent = pod.name;
    document.title = `${pod.state}: ${pod.name} · GPUBROKER`;
    const before = drawn.state;
    draw("state", pod.state, state, () => badge(pod.state));
    draw("top", [pod.state, pod.reason, pod.deadline_at], top, () => lead(pod));
    draw("connection", pod.connection, connection, () => pod.connection && connectionCard(pod.connection));
    draw("left", [events, pod.attempts], left, () => [
      h("section", { class: "card" }, h("h2", {}, "What happened"), timeline(events.items)),
      pod.attempts.length > 0 && h("section", { class: "card" }, h("h2", {}, "Attempts"), h("table", { class: "board" },
        h("thead", {}, h("tr", {}, ["Try", "Cloud", "Region", "Outcome"].map((t) => h("th", { scope: "col" }, t)))),
        h("tbody", {}, pod.attempts.map((a) => h("tr", {}, h("td", {}, a.number), h("td", {}, a.provider), h("td", {}, a.region), h("td", {}, a.outcome))))))]);
    draw("right", [pod.price, pod.state, pod.running_at, pod.funded_until, pod.ended_at], right, () => [actions(pod, wake), h("section", { class: "card" },
      h("h2", {}, "Cost"), spent, costs(pod.price, pod.hold_usd_micros),
      facts([["GPU", pod.gpu], ["Template", pod.template_id], ["Disk", `${pod.disk_gib} GiB`], ["Opened", moment(pod.created_at)],
        pod.running_at && ["Running since", moment(pod.running_at)], pod.funded_until && ["Money held until", moment(pod.funded_until)],
        pod.ended_at && ["Ended", moment(pod.ended_at)]]), h("p", { class: "code small mute" }, pod.id))]);
    if (before !== drawn.state && before) loadMe().then(frame, () => {});
    const tick = () => {
      // Counted on from what the server said, while the pod runs.
      const more = pod.state === "running" ? (Date.now() - readAt) / 1_000 : 0;
      const cost = pod.cost_usd_micros + Math.floor(more * pod.price.rate_usd_micros_per_hour / 3_600);
      spent.textContent = pod.running_at ? `Ran for ${countdown(pod.running_secs + more)}, ${usd(cost, 4)} so far` : "Nothing is charged yet.";
    };
    clearInterval(ticking);
    if (pod.state === "running") ticking = setInterval(tick, 1_000);
    tick();
    return pod;
  };
  // A frame that comes while we read means that what we read may be old already.
  let stale = false;
  let rouse = () => {};
  const wake = () => {
    stale = true;
    rouse();
  };
  const rest = (ms) => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    rouse = () => {
      clearTimeout(timer);
      resolve();
    };
    if (stale || signal.aborted) rouse();
  });
  signal.addEventListener("abort", () => {
    clearInterval(ticking);
    rouse();
  });
  watch(["pods"], { signal, frame: (frame) => frame.pod_id === id && wake(), catchUp: wake });
  const again = async () => {
    let wait = 1_000;
    stale = false;
    try {
      const pod = await look();
      if (OVER.includes(pod.state)) return;
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 401) throw error;
      if (error.status >= 400 && error.status < 500) {
        trouble.replaceChildren(note(error));
        return;
      }
      wait = 3_000;
      if (!trouble.firstChild) trouble.append(note(new Error(`${error.message} Trying again.`)));
    }
    // Told of every change, we ask seldom; deaf, as often as a person would look.
    rest(isLive() && wait < 3_000 ? 60_000 : wait).then(() => signal.aborted || again().catch(() => location.reload()));
  };
  await again();
}

export async function activatePage({ root, go, frame, signal }) {
  const asked = new URLSearchParams(location.hash.slice(1));
  const [podId, token] = [asked.get("pod_id"), asked.get("token")];
  if (!podId || !token) {
    root.append(h("h1", {}, "Activate a pod"), note(new Error("This link is not whole. Open it from the mail again.")));
    return;
  }
  const box = h("div", { class: "narrow card" }, h("h1", {}, "Activate your pod"));
  root.append(box);
  const pod = await get(`/pods/${encodeURIComponent(podId)}`);
  if (signal.aborted) return;
  if (pod.state !== "ready") {
    box.append(h("p", {}, `${pod.name} is `, badge(pod.state), "."), h("a", { class: "button primary", href: `/pods/${pod.id}` }, "Show the pod"));
    return;
  }
  const send = async () => {
    const { connection } = await post("/pods/activate", { pod_id: podId, token });
    // The token is used up: nothing of it stays in the address.
    history.replaceState(null, "", "/activate");
    say(`${pod.name} is running.`);
    root.replaceChildren(h("div", { class: "head" }, h("h1", {}, `${pod.name} is running`), badge("running")),
      connection ? connectionCard(connection) : "", h("p", {}, h("a", { class: "button primary", href: `/pods/${pod.id}` }, "Show the pod")));
    loadMe().then(frame, () => {});
  };
  box.append(h("p", {}, `${pod.name}: ${pod.gpu}, ${usd(pod.price.rate_usd_micros_per_hour)} an hour. Charging begins when you activate it.`), form("Activate", "Activate", send));
}
