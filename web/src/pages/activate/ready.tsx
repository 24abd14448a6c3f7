// The pod, its price, and the button that starts charging.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { answer, api } from "../../api/client.ts";
import { ApiError, codeOf, isOffline } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { rate } from "../../lib/money.ts";
import { clock, countdown, secsUntil } from "../../lib/time.ts";
import {
  Button,
  ButtonLink,
  Card,
  Confirm,
  ErrorNote,
  Facts,
  PageHead,
  useNow,
} from "../../ui/index.ts";
import { Sums } from "../../nouns/money/price.tsx";
import { PodBadge } from "../../nouns/pod/badge.tsx";
import { placeOf, type PodView } from "../../nouns/pod/life.ts";

/** What a refusal means and what to do about it. */
function trouble(error: unknown): string {
  if (codeOf(error) === "token_invalid")
    return "This link is not valid for this pod. Open the link from the newest mail.";
  if (isOffline(error))
    return (
      "No answer came, so the pod may already be running. Press Activate again: it is activated " +
      "only once."
    );
  return error instanceof Error ? error.message : "Something went wrong. Press Activate again.";
}

export function Ready({ pod, token, forget }: { pod: PodView; token: string; forget: () => void }) {
  const client = useQueryClient();
  const live = pod.mode === "LIVE";
  const [asking, setAsking] = useState(false);
  const now = useNow();
  const sent = useRef(false);
  const activate = useMutation({
    mutationFn: () =>
      answer(api.POST("/api/v2/pods/activate", { body: { pod_id: pod.id, token } })),
    onSuccess: ({ state, connection, running_at, funded_until }) => {
      // This answer is shown at once; everything else is reloaded.
      client.setQueryData(
        queries.pod(pod.id).queryKey,
        (known) =>
          known && { ...known, state, connection, running_at, funded_until, deadline_at: null },
      );
    },
    onError: (error) => {
      if (codeOf(error) === "token_invalid") forget();
    },
    onSettled: () => {
      for (const queryKey of [["pods"], ["activity"], ["wallet"], ["me"]])
        void client.invalidateQueries({ queryKey });
      // After an error too: if only the answer was lost, the pod is running.
      return client.invalidateQueries({ queryKey: ["pod", pod.id] });
    },
  });
  const send = async () => {
    if (sent.current) return;
    sent.current = true;
    try {
      await activate.mutateAsync().catch((error) => {
        // The reloaded pod explains that better.
        if (codeOf(error) !== "activation_used")
          throw new ApiError(error.status ?? 0, codeOf(error) ?? "", trouble(error));
      });
    } finally {
      sent.current = false;
    }
  };
  const error =
    activate.error && codeOf(activate.error) !== "activation_used" && !asking
      ? trouble(activate.error)
      : null;
  const useless = codeOf(activate.error) === "token_invalid";
  const place = placeOf(pod);
  const left = pod.deadline_at ? secsUntil(pod.deadline_at, now) : null;
  return (
    <>
      <PageHead title={`Activate ${pod.name}`} aside={<PodBadge state={pod.state} />} />
      <div className="grid max-w-2xl grid-cols-1 gap-5">
        <Card>
          <h2 className="text-card font-semibold">Charging begins when you activate</h2>
          <p className="mt-1 mb-4 text-mute">
            Your machine is ready. Once you activate it, you pay by the second,{" "}
            {rate(pod.price.rate_usd_micros_per_hour)} per hour, until you stop or end the pod.
          </p>
          <Sums price={pod.price} />
          <Facts
            className="my-4"
            of={[
              ["GPU", pod.gpu],
              place && ["Cloud", `${place.cloud}, ${place.region}`],
              ["Template", pod.template_id],
              ["Disk", `${pod.disk_gib.toLocaleString("en-US")} GiB`],
              left !== null && [
                "This link works",
                left > 0 ? `for ${countdown(left)}, until ${clock(pod.deadline_at!)}` : "no more",
              ],
            ]}
          />
          {error && <ErrorNote className="mb-4">{error}</ErrorNote>}
          <div className="flex flex-wrap gap-2">
            <Button
              tone="primary"
              size="large"
              busy={activate.isPending}
              disabled={useless || left === 0}
              onClick={() => (live ? setAsking(true) : void send().catch(() => undefined))}
            >
              Activate
            </Button>
            <ButtonLink size="large" to="/pods/$podId" params={{ podId: pod.id }}>
              Open the pod
            </ButtonLink>
          </div>
        </Card>
      </div>
      <Confirm
        mode={pod.mode}
        open={asking}
        onClose={() => setAsking(false)}
        title={`Activate ${pod.name}?`}
        action="Activate the pod"
        name={pod.name}
        onConfirm={send}
      >
        <p>
          Charging begins at once, {rate(pod.price.rate_usd_micros_per_hour)} per hour, by the
          second.
        </p>
      </Confirm>
    </>
  );
}
