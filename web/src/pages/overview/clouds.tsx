// The state of the clouds: how many of each one's offers are in stock, and how old that information
// is.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { queries } from "../../api/queries.ts";
import { cloudName } from "../../lib/names.ts";
import { ago } from "../../lib/time.ts";
import { Button, Card, Dot, Failed, SkeletonRows, useNow } from "../../ui/index.ts";
import { useTenant } from "../../ui/tenant.ts";
import { isOld, standing, summary } from "./standing.ts";

const SHOWN = 6;

export function Clouds() {
  const { data, error, refetch } = useQuery({ ...queries.providers(), refetchInterval: 60_000 });
  const [all, setAll] = useState(false);
  const now = useNow(15_000);
  const items = data?.items;
  const live = useTenant()?.mode === "LIVE";
  // The sandbox's market changes only when it is generated again.
  const old = live && data !== undefined && isOld(data.taken_at, now);
  return (
    <Card title="Clouds" pad={false}>
      {items ? (
        <>
          <p className="px-4 pb-3 text-label text-mute md:px-5">
            {summary(items)}.{" "}
            <span className={old ? "font-medium text-warn" : ""}>
              {old ? "Out of date: taken" : live ? "Taken" : "Simulated, taken"}{" "}
              {ago(data.taken_at, now)}.
            </span>
          </p>
          <ul>
            {(all ? items : items.slice(0, SHOWN)).map((item) => {
              const { word, state } = standing(item);
              return (
                <li
                  key={item.provider}
                  className={
                    "flex min-h-9 items-center justify-between gap-3 border-t border-line " +
                    "px-4 py-1.5 md:px-5"
                  }
                >
                  <Link
                    to="/offers"
                    search={{ provider: item.provider }}
                    className="min-w-0 rounded-sm font-medium hover:underline max-md:py-1.5"
                  >
                    {cloudName(item.provider)}
                  </Link>
                  <span className="text-right text-label">
                    <span className="inline-flex items-center gap-1.5">
                      <Dot state={state} />
                      {word}
                    </span>
                    <span className="num block text-mute">
                      {item.offers_available.toLocaleString("en-US")} of{" "}
                      {item.offers.toLocaleString("en-US")} offers
                    </span>
                  </span>
                </li>
              );
            })}
          </ul>
          {items.length > SHOWN && (
            <div className="grid justify-items-center border-t border-line p-2">
              <Button tone="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
                {all ? "Show fewer" : `Show all ${items.length} clouds`}
              </Button>
            </div>
          )}
        </>
      ) : error ? (
        <Failed what="The clouds" error={error} retry={refetch} />
      ) : (
        <SkeletonRows rows={SHOWN} height="h-12" label="Loading the clouds" />
      )}
    </Card>
  );
}
