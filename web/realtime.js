// What changes, as it changes: one WebSocket for all that watch. It opens itself again after a cut,
// and then asks its watchers to read what they may have missed.

import { post } from "./api.js";

const [FIRST_MS, MOST_MS] = [500, 30_000]; // Pauses between tries double from the one to the other.
const PING_MS = 4 * 60_000; // The gateway ends a connection that is silent for ten minutes,
const LIFE_MS = 110 * 60_000; // and every connection after two hours.
const ANSWER_MS = 10_000;
const CHANNEL = { "pod.changed": "pods", "wallet.changed": "billing", "offers.changed": "offers" };

const watchers = new Set();
const seen = new Map();
let socket = null;
let opening = false;
let subscribed = [];
let tries = 0;
let born = 0;
let timers = [];

/** Whether changes arrive by themselves at the moment; whoever needs them asks again if not. */
export const isLive = () => subscribed.length > 0;

/** Calls `frame` with each frame of `channels`, and `catchUp` whenever some may have been missed or no more come, until `signal`. */
export function watch(channels, { signal, frame, catchUp }) {
  const watcher = { channels, frame, catchUp };
  watchers.add(watcher);
  signal.addEventListener("abort", () => watchers.delete(watcher), { once: true });
  if (!isLive()) connect();
  else if (channels.some((channel) => !subscribed.includes(channel))) subscribe();
}

async function connect() {
  if (socket || opening || !watchers.size) return;
  opening = true;
  try {
    const { ticket, path } = await post("/realtime/tickets");
    const url = new URL(path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("ticket", ticket);
    open(new WebSocket(url));
  } catch (error) {
    // Without a session there is nothing to hear.
    if (error.status !== 401 && error.status !== 403) again();
  }
  opening = false;
}

function open(fresh) {
  [socket, born] = [fresh, Date.now()];
  socket.onopen = subscribe;
  socket.onmessage = ({ data }) => hear(JSON.parse(data));
  socket.onclose = () => {
    timers.forEach(clearTimeout);
    const wasLive = isLive();
    [socket, subscribed, timers] = [null, [], []];
    if (wasLive) for (const watcher of watchers) watcher.catchUp();
    again();
  };
}

function again() {
  const pause = Math.random() * Math.min(MOST_MS, FIRST_MS * 2 ** tries);
  tries += 1;
  setTimeout(connect, pause);
}

function send(message) {
  socket.send(JSON.stringify(message));
  timers.push(setTimeout(() => socket?.close(), ANSWER_MS));
}

function subscribe() {
  const channels = [...new Set([...watchers].flatMap((w) => w.channels))];
  if (channels.length) send({ type: "subscribe", channels });
  else socket.close();
}

function hear(frame) {
  if (frame.type === "subscribed") begin(frame.channels);
  else if (frame.type === "pong") begin(subscribed);
  else if (isNew(frame)) {
    for (const watcher of watchers) {
      if (watcher.channels.includes(CHANNEL[frame.type])) watcher.frame(frame);
    }
  }
}

/** The connection answers: its clocks start anew. */
function begin(channels) {
  const before = subscribed;
  subscribed = channels;
  tries = 0;
  timers.forEach(clearTimeout);
  timers = [setTimeout(() => send({ type: "ping" }), PING_MS), setTimeout(() => socket?.close(), born + LIFE_MS - Date.now())];
  if (before !== channels) for (const watcher of watchers) watcher.catchUp();
}

/** Frames can come twice or late: only a newer version is news. */
function isNew({ type, version, pod_id: pod, mode, snapshot_id: snapshot }) {
  if (!CHANNEL[type]) return false;
  const [key, now] = [`${type} ${pod ?? mode}`, version ?? snapshot];
  if (seen.has(key) && seen.get(key) >= now) return false;
  seen.set(key, now);
  return true;
}

addEventListener("online", connect);
// Whoever signs in next in this window must hear nothing of whoever was signed in before.
addEventListener("session-ended", () => socket?.close());
