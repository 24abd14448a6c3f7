// The filter that a link can set, such as that of a price alert's mail: one kind of machine.

import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import { Button } from "../../ui/index.ts";
import { kindName } from "../../nouns/offer/machine.ts";
import { usePlan } from "../../nouns/plan/use-plan.ts";
import type { OffersUrl } from "./search.ts";
import type { Change } from "./url.ts";

/** Its section, where the address names a machine; `onVanish` is called when it is about to go. */
export function useMachineSection(url: OffersUrl, filter: Change, onVanish: () => void) {
  const { machine } = url;
  const { plan, known } = usePlan();
  const { data } = useQuery({
    ...queries.machine(machine ?? "", plan),
    enabled: known && machine !== undefined,
  });
  if (machine === undefined) return [];
  const gpu = data?.offer.gpu;
  const widen = (patch: Partial<OffersUrl>) => {
    onVanish();
    filter({ ...patch, machine: undefined });
  };
  return [
    {
      key: "machine",
      label: data ? kindName(data.offer) : "One machine",
      active: true,
      body: (
        <div className="grid justify-items-start gap-2">
          <p className="text-label text-mute">Only this kind of machine is shown.</p>
          {gpu !== undefined && (
            <Button onClick={() => widen({ gpu: [gpu] })}>All machines with {gpu}</Button>
          )}
          <Button onClick={() => widen({})}>Any machine</Button>
        </div>
      ),
    },
  ];
}
