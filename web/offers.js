// Browsing the market: filters live in the address, so that a link shows the same.

import { get, query, session } from "./api.js";
import { field, h, note, select, usd } from "./dom.js";

const SORTS = [["", "Best value"], ["price_asc", "Price, lowest first"], ["price_desc", "Price, highest first"],
  ["performance", "Performance"], ["memory", "Memory"], ["availability", "Availability"]];
const STOCK = { none: "Sold out", low: "Few left", medium: "Available", high: "Plenty" };
const FACETS = { price: "Price", memory: "GPU memory", performance: "Performance", vcpus: "vCPUs", ram: "RAM", availability: "Stock" };
const FILTERS = ["gpu", "gpu_count", "memory", "price", "provider", "region", "spot", "sort"];

function bar(share, label) {
  const fill = h("i");
  fill.style.width = `${Math.round(share * 100)}%`;
  return h("span", { class: "meter", role: "img", "aria-label": label }, fill);
}

export function title(offer) {
  return `${offer.gpu_count === 1 ? "" : `${offer.gpu_count} × `}${offer.gpu}`;
}

export function place({ provider, region }) {
  return region === "unspecified" ? provider : `${provider}, ${region}`;
}

function why({ explanation }) {
  const rows = explanation.map(({ facet, weight, scaled }) => {
    const text = `${Math.round(scaled * 100)} of 100, weight ${Math.round(weight * 100)} %`;
    return h("li", {}, h("span", {}, FACETS[facet] ?? facet), bar(scaled, text), h("small", {}, text));
  });
  return h("details", { class: "why" }, h("summary", {}, "Why this rank"), h("ul", {}, rows));
}

function row(ranked) {
  const { offer, rank, score } = ranked;
  const points = Math.round(score * 100);
  const gone = offer.stock === "none";
  return h("li", { class: rank === 1 && "best" },
    h("div", { class: "rank" }, h("b", {}, rank), bar(score, `Value ${points} of 100`), h("span", { class: "mute" }, points)),
    h("div", {}, h("b", {}, title(offer)), offer.spot && h("span", { class: "chip warn" }, "Spot"),
      h("small", {}, `${offer.gpu_memory_gib} GB, ${offer.vcpus} vCPU, ${offer.ram_gib} GB RAM`)),
    h("div", {}, offer.provider, h("small", {}, offer.region === "unspecified" ? "region not told" : offer.region)),
    h("div", { class: `stock ${offer.stock}` }, STOCK[offer.stock]),
    h("div", { class: "price" }, h("b", {}, usd(offer.rate_usd_micros_per_hour)), h("small", {}, "per hour")),
    h("div", { class: "act" }, gone ? null : h("a", { class: rank === 1 ? "button primary" : "button", href: `/configure?offer=${encodeURIComponent(offer.id)}`,
      "aria-label": `Configure ${title(offer)} at ${place(offer)}` }, "Configure")),
    why(ranked));
}

function readQuery() {
  const asked = new URLSearchParams(location.search);
  return Object.fromEntries(FILTERS.map((name) => [name, asked.get(name) ?? ""]));
}

function question(filter, cursor) {
  const dollars = Number(filter.price);
  return query({
    gpu: filter.gpu, gpu_count: filter.gpu_count, gpu_memory_gib_min: filter.memory, provider: filter.provider,
    region: filter.region, spot: filter.spot, sort: filter.sort, limit: 20, plan: session.me?.plan.id,
    price_max_usd_micros_per_hour: filter.price && Math.round(dollars * 1_000_000), cursor,
  });
}

export async function offersPage({ root, signal }) {
  const filter = readQuery();
  const inputs = {
    gpu: h("input", { placeholder: "H100, RTX 4090", value: filter.gpu }),
    gpu_count: select({ value: filter.gpu_count }, [["", "Any"], ...[1, 2, 4, 8].map((n) => [String(n), String(n)])]),
    memory: select({ value: filter.memory }, [["", "Any"], ...[16, 24, 48, 80, 141, 180].map((n) => [String(n), `${n} GB`])]),
    price: h("input", { type: "number", min: 0, step: "0.01", inputmode: "decimal", placeholder: "Any", value: filter.price }),
    provider: select({}, [["", "Any"]]),
    region: h("input", { placeholder: "Any", value: filter.region }),
    spot: select({ value: filter.spot }, [["", "Either"], ["false", "No"], ["true", "Only spot"]]),
    sort: select({ value: filter.sort }, SORTS),
  };
  const labels = { gpu: "GPU", gpu_count: "GPUs", memory: "Memory from", price: "At most $/h", provider: "Cloud", region: "Region", spot: "Spot", sort: "Sort by" };
  const list = h("ol", { class: "offers" });
  const count = h("span", { class: "mute", role: "status" });
  const below = h("div", { class: "center" });
  let asking = 0;

  const more = async (cursor) => {
    const mine = ++asking;
    below.replaceChildren(h("p", { class: "mute" }, "Reading offers…"));
    list.setAttribute("aria-busy", "true");
    try {
      const page = await get(`/offers${question(filter, cursor)}`);
      if (mine !== asking || signal.aborted) return;
      if (!cursor) list.replaceChildren();
      const rows = page.items.map(row);
      list.append(...rows);
      count.textContent = `${page.total.toLocaleString("en-US")} offers`;
      below.replaceChildren(...foot(page));
      if (cursor) rows[0]?.querySelector("a, summary").focus();
    } catch (error) {
      if (mine !== asking || signal.aborted) return;
      const stale = error.code === "cursor_expired" || error.code === "cursor_mismatch";
      const again = () => more(stale ? undefined : cursor);
      if (!cursor) list.replaceChildren();
      below.replaceChildren(note(error), h("button", { type: "button", onclick: again }, stale ? "Start from the first page" : "Try again"));
    } finally {
      if (mine === asking) list.removeAttribute("aria-busy");
    }
  };
  const foot = (page) => {
    if (page.next_cursor) return [h("button", { type: "button", onclick: () => more(page.next_cursor) }, "Show more")];
    if (page.total > 0) return [h("p", { class: "mute" }, "That is all.")];
    return [h("p", {}, "No offer matches. Raise the price or clear a filter."), h("button", { type: "button", onclick: clear }, "Clear filters")];
  };
  const apply = () => {
    for (const name of FILTERS) filter[name] = inputs[name].value.trim();
    history.replaceState(null, "", `/offers${query(filter)}`);
    return more();
  };
  const clear = () => {
    for (const name of FILTERS) inputs[name].value = "";
    inputs.gpu.focus();
    return apply();
  };
  let typing;
  const typed = () => { clearTimeout(typing); typing = setTimeout(apply, 350); };
  const now = (event) => { clearTimeout(typing); event.preventDefault(); apply(); };
  root.append(h("div", { class: "head" }, h("h1", {}, "Browse GPUs"), count),
    h("form", { class: "filters", role: "search", oninput: typed, onsubmit: now, "aria-label": "Filters" },
      FILTERS.map((name) => field(labels[name], inputs[name])),
      h("button", { type: "button", class: "quiet", onclick: clear }, "Clear")), list, below);
  fillProviders(inputs.provider, filter.provider);
  await more();
}

async function fillProviders(input, chosen) {
  if (chosen) input.append(h("option", { value: chosen }, chosen));
  input.value = chosen;
  try {
    const { items } = await get("/providers");
    input.append(...items.filter((p) => p.provider !== chosen).map((p) => h("option", { value: p.provider }, p.provider)));
  } catch { /* The list of offers says what is wrong. */ }
}
