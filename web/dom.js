// Building pages from data: text is only ever set as text.

/** An element: `h("a", { href, class, onclick }, ...children)`; what is null or false is left out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

/** Money: four digits below a dollar, so that small rates differ, and two from there on, unless said. */
export function usd(micros, digits) {
  const small = Math.abs(micros) < 1_000_000 && micros !== 0;
  const places = digits ?? (small ? 4 : 2);
  const format = { style: "currency", currency: "USD", minimumFractionDigits: places, maximumFractionDigits: places };
  return new Intl.NumberFormat("en-US", format).format(micros / 1_000_000);
}

/** A moment in the reader's own time. */
export function moment(text) {
  if (!text) return "–";
  return new Date(text).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

export function clock(text) {
  return new Date(text).toLocaleTimeString();
}

/** `90` seconds as `1:30`. */
export function countdown(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** Says something once, also to a screen reader. */
export function say(text, action) {
  const status = document.getElementById("status");
  status.replaceChildren(text, action ? h("button", { type: "button", class: "quiet", onclick: action.run }, action.label) : "");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => status.replaceChildren(), action ? 8_000 : 4_000);
}

export function note(error) {
  return h("p", { class: "error", role: "alert" }, error.message);
}

let fields = 0;
/** A labelled input. */
export function field(label, input, hint) {
  fields += 1;
  input.id = `f${fields}`;
  const help = hint && h("small", { id: `${input.id}h` }, hint);
  if (help) input.setAttribute("aria-describedby", help.id);
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input, help);
}

export function select(props, options) {
  const element = h("select", props, options.map(([value, text]) => h("option", { value }, text)));
  if (props.value !== undefined) element.value = props.value;
  return element;
}

/** A form that shows its own error and cannot be sent twice at once. */
export function form(submit, label, onsubmit, ...children) {
  const error = h("div");
  const button = h("button", { class: "primary send" }, submit);
  const send = async (event) => {
    event.preventDefault();
    error.replaceChildren();
    button.disabled = true;
    try {
      await onsubmit();
    } catch (e) {
      error.replaceChildren(note(e));
    }
    button.disabled = false;
  };
  return h("form", { onsubmit: send, "aria-label": label }, children, error, button);
}

/** A form whose button is not what the page is for. */
export function plain(element) {
  element.querySelector(".send").classList.remove("primary");
  return element;
}

export function copyable(label, text) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(`${label} copied.`);
    } catch {
      say("Copying is not allowed here. Select the text instead.");
    }
  };
  const button = h("button", { type: "button", onclick: copy, "aria-label": `Copy ${label}` }, "Copy");
  return h("div", { class: "copy" }, h("span", { class: "mute" }, label), h("code", {}, text), button);
}

/** Rows of names and values. */
export function facts(rows) {
  return h("dl", { class: "facts" }, rows.filter(Boolean).map(([k, v]) => [h("dt", {}, k), h("dd", {}, v)]));
}
