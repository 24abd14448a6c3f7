// What a change of the plan costs, shown before it is confirmed.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { planName } from "../../lib/names.ts";
import type { Interval } from "../../lib/plan-price.ts";
import { Facts, Failed, Loading, Skeleton } from "../../ui/index.ts";
import type { Plan } from "../../nouns/plan/plan.ts";
import { type Preview, previewRows } from "./plan-words.ts";

interface Props {
  plan: Plan["id"];
  interval: Interval;
  /** The present plan. */
  before: Plan["id"];
}

/** The amounts, as a list; the charge of now stands out. */
export function PreviewFacts({ plan, interval, before }: Props) {
  const preview = useQuery(queries.planPreview(plan, interval));
  if (preview.isError)
    return <Failed what="The amounts" error={preview.error} retry={preview.refetch} />;
  if (!preview.data)
    return (
      <Loading label="Loading the amounts" className="grid gap-2">
        {[0, 1, 2, 3, 4].map((row) => (
          <Skeleton key={row} className="h-5" />
        ))}
      </Loading>
    );
  return (
    <Facts
      className="rounded-control bg-sunk px-3 py-2.5 text-ink"
      of={previewRows(preview.data, planName(before)).map(([name, value]) =>
        name === "Charged now"
          ? [
              <strong key="now" className="font-semibold text-ink">
                {name}
              </strong>,
              <strong key="sum" className="font-semibold">
                {value}
              </strong>,
            ]
          : [name, value],
      )}
    />
  );
}

/** Runs a change with the amounts that are shown; while there are none it is not made. */
export function useShownAmounts(plan: Plan["id"], interval: Interval) {
  const client = useQueryClient();
  const { queryKey } = queries.planPreview(plan, interval);
  return async <T,>(change: (preview: Preview) => Promise<T>): Promise<T> => {
    const preview = client.getQueryData(queryKey);
    if (!preview) throw new Error("The amounts are not here yet. Try again in a moment.");
    try {
      return await change(preview);
    } catch (error) {
      if (codeOf(error) === "preview_expired") await client.resetQueries({ queryKey });
      throw error;
    }
  };
}
