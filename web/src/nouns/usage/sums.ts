// Usage added up: by pod, and by day, including the days on which nothing ran.

import type { Shape } from "../../api/client.ts";
import { daysOf, type Range } from "./range.ts";

export type UsageRow = Shape<"UsageRow">;

/** Seconds and money of some rows. */
export interface Sum {
  running_secs: number;
  stopped_secs: number;
  captured_usd_micros: number;
}
export interface PodSum extends Sum {
  pod_id: string;
  pod_name: string;
  gpu: string;
}
export interface DaySum extends Sum {
  day: string;
  rows: UsageRow[];
}

const plus = (sum: Sum, row: Sum): Sum => ({
  running_secs: sum.running_secs + row.running_secs,
  stopped_secs: sum.stopped_secs + row.stopped_secs,
  captured_usd_micros: sum.captured_usd_micros + row.captured_usd_micros,
});
const NOTHING: Sum = { running_secs: 0, stopped_secs: 0, captured_usd_micros: 0 };

/** What each pod used, the most expensive first. */
export function byPod(rows: readonly UsageRow[]): PodSum[] {
  const pods = new Map<string, PodSum>();
  for (const row of rows) {
    const { pod_id, pod_name, gpu } = row;
    pods.set(pod_id, { pod_id, pod_name, gpu, ...plus(pods.get(pod_id) ?? NOTHING, row) });
  }
  return [...pods.values()].sort(
    (one, other) =>
      other.captured_usd_micros - one.captured_usd_micros || one.pod_id.localeCompare(other.pod_id),
  );
}

/** What was used on every day of the range, the first day first; other days are left out. */
export function byDay(rows: readonly UsageRow[], range: Range): DaySum[] {
  const days = new Map<string, DaySum>(
    daysOf(range).map((day) => [day, { day, rows: [], ...NOTHING }]),
  );
  for (const row of rows) {
    const day = days.get(row.day);
    if (day) days.set(row.day, { day: row.day, rows: [...day.rows, row], ...plus(day, row) });
  }
  return [...days.values()];
}

/** How many patterns the chart has; further pods share the last one. */
export const LOOKS = 5;

/** Each pod's pattern in the chart, by how much it cost. */
export const looksOf = (pods: readonly PodSum[]): Map<string, number> =>
  new Map(
    pods.map(({ pod_id }, place) => [
      pod_id,
      pods.length > LOOKS ? Math.min(place, LOOKS - 1) : place,
    ]),
  );
