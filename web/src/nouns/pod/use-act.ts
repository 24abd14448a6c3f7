// Stops, starts and ends a pod: the outcome shows at once everywhere the pod is shown, and is
// undone when the server refuses.

import {
  type InfiniteData,
  type QueryClient,
  type QueryKey,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { type Act, applied, type PodView } from "./life.ts";

function send(act: Act, id: string): Promise<PodView> {
  const params = { path: { id } };
  if (act === "stop") return answer(api.POST("/api/v2/pods/{id}/stop", { params }));
  if (act === "start") return answer(api.POST("/api/v2/pods/{id}/start", { params }));
  return answer(api.DELETE("/api/v2/pods/{id}", { params }));
}

/** Changes a pod in every cached answer that contains it, without making the answer look newer. */
function change(client: QueryClient, id: string, to: (known: PodView) => PodView) {
  const write = <Data>(queryKey: QueryKey, changed: (data: Data) => Data) =>
    client.setQueryData<Data>(queryKey, (data) => data && changed(data), {
      updatedAt: client.getQueryState(queryKey)?.dataUpdatedAt,
    });
  const among = <Page extends { items: PodView[] }>(page: Page): Page => ({
    ...page,
    items: page.items.map((pod) => (pod.id === id ? to(pod) : pod)),
  });
  write<PodView>(queries.pod(id).queryKey, to);
  write<{ items: PodView[] }>(queries.livePods().queryKey, among);
  write<InfiniteData<Shape<"PodsPage">>>(queries.pods().queryKey, (all) => ({
    ...all,
    pages: all.pages.map(among),
  }));
}

/** How to act on `pod`; while one act is in progress, another does nothing. */
export function usePodAct(pod: PodView): { act: (act: Act) => Promise<void>; busy: boolean } {
  const client = useQueryClient();
  const running = useRef(false);
  const { id } = pod;
  const { mutateAsync, isPending } = useMutation({
    mutationFn: ({ act }: { act: Act; before: PodView }) => send(act, id),
    onMutate: async ({ act }) => {
      await Promise.all(
        [["pods"], ["pod", id]].map((queryKey) => client.cancelQueries({ queryKey })),
      );
      change(client, id, (known) => applied(known, act));
    },
    onError: (_, { before }) => {
      const { state, wanted, reason, connection, deadline_at, funded_until } = before;
      // What the server has changed since stays.
      change(client, id, (known) =>
        known.version <= before.version
          ? { ...known, state, wanted, reason, connection, deadline_at, funded_until }
          : known,
      );
    },
    onSuccess: (fresh) =>
      change(client, id, (known) => (known.version <= fresh.version ? fresh : known)),
    onSettled: () => {
      for (const queryKey of [["pods"], ["pod", id], ["activity"], ["wallet"], ["me"]])
        void client.invalidateQueries({ queryKey });
    },
  });
  const act = async (wanted: Act) => {
    if (running.current) return;
    running.current = true;
    try {
      await mutateAsync({ act: wanted, before: pod });
    } finally {
      running.current = false;
    }
  };
  return { act, busy: isPending };
}
