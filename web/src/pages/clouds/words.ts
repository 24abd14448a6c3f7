// How a cloud is doing, in words: whether it answers, what that means, and how launches went there.

import type { Shape } from "../../api/client.ts";
import { cloudName } from "../../lib/names.ts";
import { ago, moment, span } from "../../lib/time.ts";
import type { State } from "../../ui/index.ts";

export type CloudView = Shape<"ProviderView">;
type Health = Pick<CloudView, "status" | "read_at" | "resting_until">;

/** Of fewer launches a share says little. */
export const LAUNCHES_MIN = 20;
/** After so long without an answer a cloud's offers are sold out. */
const SILENT_MS = 10 * 60_000;

/** In SANDBOX no cloud is asked. */
export const isSimulated = ({ status, read_at: at }: Health): boolean =>
  status === "healthy" && at == null;

/** A word, and since when or until when. */
export function healthOf(cloud: Health, now: number): { state: State; word: string; note: string } {
  const { status, read_at: at, resting_until: until } = cloud;
  if (isSimulated(cloud)) return { state: "none", word: "Simulated", note: "" };
  switch (status) {
    case "healthy":
      return { state: "ok", word: "Healthy", note: at ? `answered ${ago(at, now)}` : "" };
    case "silent":
      return {
        state: "warn",
        word: "Silent",
        note: at ? `last answered ${ago(at, now)}` : "has not answered yet",
      };
    case "resting":
      return { state: "bad", word: "Resting", note: until ? `until ${moment(until)}` : "" };
  }
}

/** What it means that a cloud is not healthy; `pods` are the names of the reader's pods there. */
export function meaningOf(
  { provider, ...cloud }: Health & Pick<CloudView, "provider">,
  pods: readonly string[],
  now: number,
): string | null {
  if (cloud.status === "healthy") return null;
  const name = cloudName(provider);
  const told = cloud.status === "silent" ? silence(name, cloud, now) : rest(name, cloud);
  return `${told} ${podsGoOn(pods)}`;
}

function silence(name: string, { read_at: at }: Health, now: number): string {
  if (!at) return `${name} has not answered yet, so nothing of it is for sale.`;
  const since = `${name} has not answered since ${moment(at)}.`;
  return now - Date.parse(at) < SILENT_MS
    ? `${since} Its offers stand as they were then; after ten minutes without an answer they ` +
        "show as sold out."
    : `${since} Its offers show as sold out until it answers again.`;
}

const rest = (name: string, { resting_until: until }: Health): string =>
  `Too many requests to ${name} failed in a row, so no machine is launched there ` +
  `${until ? `until ${moment(until)}` : "for now"}. A deploy takes its machine from the next ` +
  "cloud that sells it at your price or below.";

function podsGoOn(pods: readonly string[]): string {
  if (pods.length === 0) return "Pods that run there go on running.";
  const names = pods.length > 1 ? `${pods.slice(0, -1).join(", ")} and ${pods.at(-1)}` : pods[0];
  return pods.length > 1
    ? `Your pods there, ${names}, go on running.`
    : `Your pod there, ${names}, goes on running.`;
}

/** "29 of 31 offers in stock, 3 regions". */
export function stockInWords({
  offers,
  offers_available: available,
  regions,
}: Pick<CloudView, "offers" | "offers_available" | "regions">): string {
  const count = (number: number) => number.toLocaleString("en-US");
  return `${count(available)} of ${count(offers)} offers in stock, ${regionsInWords(regions)}`;
}
export const regionsInWords = (regions: number): string =>
  regions === 1 ? "1 region" : `${regions.toLocaleString("en-US")} regions`;

/** "19 of 20"; of few launches that they are few, and how they went so far. */
export function launchesInWords(record: CloudView["launches"]): { text: string; note: string } {
  if (!record || record.launches === 0) return { text: "No launches yet", note: "" };
  const { launches, succeeded } = record;
  const counted = `${succeeded.toLocaleString("en-US")} of ${launches.toLocaleString("en-US")}`;
  return launches < LAUNCHES_MIN
    ? { text: "Few launches yet", note: `${counted} so far` }
    : { text: `${counted} launches`, note: `${percent(succeeded / launches)}` };
}

/** Never 100% where one failed. */
const percent = (share: number): string => `${Math.floor(share * 100)}%`;

/** Up to so many seconds a start is told in seconds: a minute more or less is half of it. */
const START_SECS_MAX = 180;

/** From asking for a machine to its answer. */
export function startInWords(record: CloudView["launches"]): string {
  if (record?.start_secs == null) return "not known";
  const { start_secs: secs } = record;
  return secs < START_SECS_MAX ? `${secs} s` : span(secs);
}

/** How long a cloud took to answer: "240 ms", "1.2 s". */
export function answeredIn(millis: number | null | undefined): string {
  if (millis == null) return "not known";
  return millis < 1_000 ? `${millis} ms` : `${(millis / 1_000).toFixed(1)} s`;
}
