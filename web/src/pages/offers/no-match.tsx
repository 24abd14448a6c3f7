// What to do when nothing matches: the one filter to relax, and what comes nearest.

import { SearchX } from "lucide-react";
import type { Shape } from "../../api/client.ts";
import { rate } from "../../lib/money.ts";
import { Button, Empty } from "../../ui/index.ts";
import { machineName, placeOf } from "../../nouns/offer/machine.ts";
import { ConfigureLink } from "./parts.tsx";
import { relaxing } from "./relax.ts";
import type { OffersUrl } from "./search.ts";
import type { Change } from "./url.ts";

interface Props {
  url: OffersUrl;
  change: Change;
  unmatched: Shape<"UnmatchedView">;
  onClear: () => void;
}

export function NoMatch({ url, change, unmatched: { relax, nearest }, onClear }: Props) {
  const ways = relax.flatMap((one) => relaxing(one, url) ?? []);
  return (
    <div className="card">
      <Empty
        icon={<SearchX size={22} />}
        title="No machine matches"
        action={
          <div className="grid justify-items-center gap-3">
            {ways.length > 0 && (
              <ul aria-label="Filters to relax" className="flex flex-wrap justify-center gap-2">
                {ways.map(({ words, patch, gives }) => (
                  <li key={words}>
                    <button
                      type="button"
                      onClick={() => change({ ...patch, offer: undefined })}
                      className={
                        "rounded-control border border-line2 bg-surface px-3.5 py-2 " +
                        "transition-colors hover:bg-sunk"
                      }
                    >
                      <span className="block font-medium">{words}</span>
                      <span className="num block text-label text-mute">{gives}</span>
                    </button>
                  </li>
                ))}
              </ul>
            )}
            <Button tone={ways.length > 0 ? "quiet" : "primary"} onClick={onClear}>
              Clear filters
            </Button>
          </div>
        }
      >
        {ways.length > 0
          ? "Relaxing one filter is enough."
          : "No single filter is in the way. Ask for fewer things at once."}
      </Empty>
      {nearest.length > 0 && <Nearest nearest={nearest} />}
    </div>
  );
}

const MISSED: Record<Shape<"FilterName">, string> = {
  gpu: "another GPU",
  machine: "another machine",
  gpu_memory_gib_min: "less memory per GPU",
  model_memory_gib_min: "too little memory for the model",
  gpu_count_min: "fewer GPUs",
  gpu_count: "another number of GPUs",
  vcpus_min: "fewer vCPUs",
  ram_gib_min: "less RAM",
  disk_gib_min: "less disk",
  price_max_usd_micros_per_hour: "above your price",
  region: "another region",
  country: "another country, or one not stated",
  provider: "another cloud",
  provider_not: "a cloud you left out",
  spot: "spot or not, against your choice",
  available: "sold out",
};

const Nearest = ({ nearest }: Pick<Shape<"UnmatchedView">, "nearest">) => (
  <section aria-labelledby="nearest" className="border-t border-line p-4">
    <h2 id="nearest" className="mb-3 text-card font-semibold">
      What comes nearest
    </h2>
    <ul className="grid gap-3">
      {nearest.map(({ offer, misses }) => (
        <li key={offer.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <span>
            <span className="font-semibold">{machineName(offer)}</span>, {placeOf(offer)}
            <span className="block text-label text-mute">
              But {misses.map((name) => MISSED[name]).join(", ")}
            </span>
          </span>
          <span className="ml-auto flex items-center gap-3">
            <span className="num font-semibold">
              {rate(offer.rate_usd_micros_per_hour)}
              <span className="sr-only"> an hour</span>
              <span aria-hidden>/h</span>
            </span>
            <ConfigureLink offer={offer} />
          </span>
        </li>
      ))}
    </ul>
  </section>
);
