// Deploying a quote: once, however often the button is pressed, and what to do when it is refused.

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { ApiError, codeOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { deployKey, type Quote } from "./quote.ts";

interface Wanted {
  name: string;
  scenario: Shape<"Scenario"> | null;
}

/** `onPod` gets the pod of this attempt, or of an earlier one whose answer was lost. */
export function useDeploy(quote: Quote, onPod: (podId: string) => void) {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const running = useRef(false);

  const podOfQuote = async (): Promise<string | null> => {
    const known = await client.fetchQuery({ ...queries.quote(quote.id), staleTime: 0 });
    return known.pod_id ?? null;
  };

  const deploy = async ({ name, scenario }: Wanted) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setRefusal(null);
    try {
      const pod = await answer(
        api.POST("/api/v2/pods", {
          params: { header: { "Idempotency-Key": deployKey(quote.id) } },
          body: { quote_id: quote.id, name, scenario },
        }),
      );
      onPod(pod.id);
    } catch (error) {
      const opened = ["quote_used", "idempotency_mismatch"].includes(codeOf(error) ?? "")
        ? await podOfQuote().catch(() => null)
        : null;
      if (opened) onPod(opened);
      else setRefusal(error);
      if (!opened) setBusy(false);
      running.current = false;
    }
  };
  return { deploy, busy, refusal };
}

/** The answer was lost: the pod may exist, and trying again does no harm. */
export const isLost = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 500);
