// A pod's events, line by line, scrolled to the newest.

import { useEffect, useRef, useState } from "react";
import type { Shape } from "../../api/client.ts";
import { clock, moment } from "../../lib/time.ts";
import { Card, CheckBox, cx, Failed, SkeletonRows, useNow } from "../../ui/index.ts";

const CLOUD = [
  "pod.attempt_started",
  "pod.attempt_launched",
  "pod.attempt_refused",
  "pod.answered",
  "pod.machine_ended",
];
const BAD = ["pod.failed", "pod.relaunch_refused"];
const MONEY = ["pod.provisioning", "pod.funded", "pod.kept"];

/** The origin of an event: the cloud, the wallet or the pod. */
export const sourceOf = (kind: string): string =>
  CLOUD.includes(kind) ? "cloud" : MONEY.includes(kind) ? "money" : "pod";

/** The time for today's events, with the day for older ones. */
export const logTime = (at: string, now: number): string =>
  new Date(at).toDateString() === new Date(now).toDateString() ? clock(at) : moment(at);

interface LogProps {
  events: readonly Shape<"PodEvent">[] | undefined;
  error: unknown;
  retry: () => unknown;
}

export function Log({ events, error, retry }: LogProps) {
  const [follow, setFollow] = useState(true);
  const place = useRef<HTMLElement>(null);
  const now = useNow(60_000);
  useEffect(() => {
    if (follow && events && place.current) place.current.scrollTop = place.current.scrollHeight;
  }, [follow, events]);
  // After scrolling up it stays there to be read; back at the end it follows again.
  const scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = place.current!;
    setFollow(scrollHeight - scrollTop - clientHeight < 8);
  };
  return (
    <Card
      title="Log"
      pad={false}
      actions={
        <CheckBox
          label={<span className="text-label text-mute">Follow</span>}
          checked={follow}
          onChange={(event) => setFollow(event.target.checked)}
        />
      }
    >
      {events ? (
        <div data-theme="dark" className="overflow-hidden rounded-b-card">
          <section
            ref={place}
            onScroll={scrolled}
            tabIndex={0}
            aria-label="Log lines"
            className={
              "max-h-80 overflow-auto bg-code px-4 py-3 focus-visible:outline-offset-[-2px] " +
              "md:px-5"
            }
          >
            <table className="font-mono text-label">
              <thead className="sr-only">
                <tr>
                  <th scope="col">Time</th>
                  <th scope="col">From</th>
                  <th scope="col">What happened</th>
                </tr>
              </thead>
              <tbody>
                {events.map(({ sequence, at, kind, message }) => (
                  <tr key={sequence} className="align-top">
                    <td className="py-0.5 pr-4 whitespace-nowrap text-mute">
                      <time dateTime={at}>{logTime(at, now)}</time>
                    </td>
                    <td className="py-0.5 pr-4 text-mute max-md:hidden">{sourceOf(kind)}</td>
                    <td className={cx("py-0.5", BAD.includes(kind) ? "text-bad" : "text-ink")}>
                      {message}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </div>
      ) : error ? (
        <Failed what="The log" error={error} retry={retry} />
      ) : (
        <SkeletonRows rows={4} height="h-9" label="Loading the log" />
      )}
    </Card>
  );
}
