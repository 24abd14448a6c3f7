// Clouds: how each one is doing, by what we ourselves asked of it and launched there.

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CloudOff } from "lucide-react";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { cloudName } from "../../lib/names.ts";
import { ago } from "../../lib/time.ts";
import {
  Button,
  Empty,
  Failed,
  Field,
  Notice,
  PageHead,
  Select,
  SkeletonRows,
  useMedia,
  useNow,
} from "../../ui/index.ts";
import { LiveMark, usePolling } from "../../ui/live.tsx";
import { useTitle } from "../../ui/title.ts";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import { placeOf } from "../../nouns/pod/life.ts";
import { type Sort, SORT_NAMES, sorted, SORTS } from "./sorting.ts";
import { CloudTable, WIDE } from "./table.tsx";
import { type CloudView, isSimulated, meaningOf } from "./words.ts";

const POLL_MS = 30_000;
/** Ages are told by the second at first, then by the minute. */
const TICK_MS = 5_000;

const SIMULATED =
  "SANDBOX simulates its market from public price lists: no cloud is asked, so none has a time " +
  "to answer. Launches are those of the last 30 days.";
const ASKED =
  "Answers are to our own requests, and launches are our own of the last 30 days. A share is " +
  "told from 20 launches on.";

export function Clouds() {
  useTitle("Clouds");
  const polling = usePolling(POLL_MS);
  const { data, error, refetch } = useQuery({ ...queries.providers(), refetchInterval: polling });
  return (
    <>
      <PageHead title="Clouds" aside={<About page={data} />} />
      {data ? (
        data.items.length > 0 ? (
          <Listed clouds={data.items} />
        ) : (
          <NoClouds retry={refetch} />
        )
      ) : (
        <div className="card">
          {error ? (
            <Failed what="The clouds" error={error} retry={refetch} />
          ) : (
            <SkeletonRows rows={12} label="Loading the clouds" />
          )}
        </div>
      )}
    </>
  );
}

function About({ page }: { page: Shape<"ProvidersPage"> | undefined }) {
  const now = useNow(TICK_MS);
  if (!page) return null;
  const { length } = page.items;
  return (
    <>
      <span className="num text-mute">
        {length} {length === 1 ? "cloud" : "clouds"}
      </span>
      <LiveMark />
      <span className="num text-label text-mute">
        prices updated <time dateTime={page.taken_at}>{ago(page.taken_at, now)}</time>
      </span>
    </>
  );
}

const NoClouds = ({ retry }: { retry: () => unknown }) => (
  <div className="card">
    <Empty
      icon={<CloudOff size={22} />}
      title="No cloud is connected"
      action={<Button onClick={() => void retry()}>Try again</Button>}
    >
      Nothing can be rented here until one is.
    </Empty>
  </div>
);

function Listed({ clouds }: { clouds: readonly CloudView[] }) {
  const { sort = "name" } = useSearch({ from: "/shell/clouds" });
  const navigate = useNavigate({ from: "/clouds" });
  const now = useNow(TICK_MS);
  const wide = useMedia(WIDE);
  const simulated = clouds.every(isSimulated);
  const onSort = (next: Sort) =>
    void navigate({
      search: { sort: next === "name" ? undefined : next },
      replace: true,
      resetScroll: false,
    });
  return (
    <>
      <Troubles clouds={clouds} now={now} />
      <p className="mb-4 text-mute">{simulated ? SIMULATED : ASKED}</p>
      {!wide && (
        <Field label="Sort by" className="mb-3 max-w-64">
          <Select value={sort} onChange={({ target }) => onSort(target.value as Sort)}>
            {SORTS.filter((one) => !simulated || one !== "answer").map((one) => (
              <option key={one} value={one}>
                {SORT_NAMES[one]}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <CloudTable
        clouds={sorted(clouds, sort)}
        sort={sort}
        onSort={onSort}
        now={now}
        simulated={simulated}
      />
    </>
  );
}

/** What clouds in trouble mean to this person, above the list. */
function Troubles({ clouds, now }: { clouds: readonly CloudView[]; now: number }) {
  const { signedIn } = usePlan();
  const troubled = clouds.filter(({ status }) => status !== "healthy");
  const pods = useQuery({ ...queries.livePods(), enabled: signedIn && troubled.length > 0 }).data;
  const at = (cloud: CloudView) =>
    (pods?.items ?? [])
      .filter((pod) => placeOf(pod)?.cloud === cloudName(cloud.provider))
      .map(({ name }) => name);
  return sorted(troubled, "health").map((cloud) => (
    <Notice key={cloud.provider} className="mb-3">
      {meaningOf(cloud, at(cloud), now)}
    </Notice>
  ));
}
