// The clouds as cards, on narrow windows.

import { Link } from "@tanstack/react-router";
import { rate } from "../../lib/money.ts";
import { cloudName } from "../../lib/names.ts";
import { ButtonLink, Dot } from "../../ui/index.ts";
import { everyOffer } from "./links.ts";
import {
  answeredIn,
  type CloudView,
  healthOf,
  launchesInWords,
  startInWords,
  stockInWords,
} from "./words.ts";

export const CloudCards = ({ clouds, now }: { clouds: readonly CloudView[]; now: number }) => (
  <ul className="grid gap-2.5">
    {clouds.map((cloud) => (
      <CloudCard key={cloud.provider} cloud={cloud} now={now} />
    ))}
  </ul>
);

function CloudCard({ cloud, now }: { cloud: CloudView; now: number }) {
  const { provider, lowest_rate_usd_micros_per_hour: lowest } = cloud;
  const { state, word, note } = healthOf(cloud, now);
  const name = cloudName(provider);
  return (
    <li className="card num grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1 p-4">
      <h2 className="text-read leading-5 font-semibold">
        <Link to="/offers" search={everyOffer(provider)} className="rounded-sm hover:underline">
          {name}
        </Link>
      </h2>
      <span className="text-right whitespace-nowrap">
        {lowest == null ? (
          <span className="text-mute">Sold out</span>
        ) : (
          <>
            <span className="text-label text-mute">from </span>
            <span className="text-read font-semibold">{rate(lowest)}</span>
          </>
        )}
      </span>
      <p className="col-span-2 flex flex-wrap items-center gap-x-2">
        <Dot state={state} />
        {word}
        <span className="text-label text-mute">{note}</span>
      </p>
      <div className="grid min-w-0 content-end text-label text-mute">
        <p>{stockInWords(cloud)}</p>
        <p>{recordInWords(cloud)}</p>
      </div>
      <ButtonLink
        to="/offers"
        search={everyOffer(provider)}
        size="small"
        className="self-end"
        aria-label={`Browse the offers of ${name}`}
      >
        Browse
      </ButtonLink>
    </li>
  );
}

/** "19 of 20 launches, 95%; starts in 95 s; answers in 240 ms": what is known of it. */
function recordInWords({ launches, read_millis: millis }: CloudView): string {
  const { text, note } = launchesInWords(launches);
  return [
    [text, note].filter(Boolean).join(", "),
    launches?.start_secs != null && `starts in ${startInWords(launches)}`,
    millis != null && `answers in ${answeredIn(millis)}`,
  ]
    .filter(Boolean)
    .join("; ");
}
