// Activating a pod on its page, with the token of its mailed link or as its owner: from then on it
// is charged for. And having that link mailed again.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { answer, api } from "../../api/client.ts";
import { codeOf, isOffline, messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { isDeploying, type PodView } from "../../nouns/pod/life.ts";

/** The token of a mailed link, and how to drop it from the browser's history. */
export interface Link {
  token: string | undefined;
  forget: () => void;
}

/** The link that led to this page; it is dropped as soon as it is of no use any more. */
export function useLink(pod: PodView | undefined): Link {
  const given = useRouterState({ select: ({ location }) => location.state.activation });
  // What a refused link was refused for stays on the page.
  const [token, keep] = useState(given);
  if (given !== undefined && given !== token) keep(given);
  const navigate = useNavigate();
  const forget = useCallback(
    () =>
      void navigate({
        to: ".",
        replace: true,
        resetScroll: false,
        state: (kept) => ({ ...kept, activation: undefined }),
      }),
    [navigate],
  );
  const isSpent = given !== undefined && pod !== undefined && !isDeploying(pod);
  useEffect(() => {
    if (isSpent) forget();
  }, [isSpent, forget]);
  return { token, forget };
}

/** What a refusal means and what to do about it; null when there is nothing to say. */
function trouble(error: unknown): string | null {
  const code = codeOf(error);
  // The reloaded pod explains that better.
  if (!error || code === "activation_used") return null;
  if (code === "token_invalid")
    return "This link is not valid for this pod. Open the link from the newest email.";
  if (isOffline(error))
    return (
      "No answer came, so the pod may already be running. Press Activate again: it is activated " +
      "only once."
    );
  return error instanceof Error ? error.message : "Something went wrong. Press Activate again.";
}

interface Activation {
  activate: () => void;
  busy: boolean;
  error: string | null;
  /** The token was refused for good. */
  useless: boolean;
}

/** `onSpent` is called when the token turns out to be of no use. */
export function useActivation(
  pod: PodView,
  token: string | undefined,
  onSpent: () => void,
): Activation {
  const client = useQueryClient();
  const sent = useRef(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      answer(
        token === undefined
          ? api.POST("/api/v2/pods/{id}/activate", { params: { path: { id: pod.id } } })
          : api.POST("/api/v2/pods/activate", { body: { pod_id: pod.id, token } }),
      ),
    onSuccess: ({ state, connection, running_at, funded_until }) => {
      // This answer is shown at once; everything else is reloaded.
      client.setQueryData(
        queries.pod(pod.id).queryKey,
        (known) =>
          known && { ...known, state, connection, running_at, funded_until, deadline_at: null },
      );
    },
    onError: (refusal) => {
      if (codeOf(refusal) === "token_invalid") onSpent();
    },
    onSettled: () => {
      sent.current = false;
      for (const queryKey of [["pods"], ["activity"], ["wallet"], ["me"]])
        void client.invalidateQueries({ queryKey });
      // After an error too: if only the answer was lost, the pod is running.
      return client.invalidateQueries({ queryKey: ["pod", pod.id] });
    },
  });
  const activate = () => {
    if (sent.current) return;
    sent.current = true;
    mutate();
  };
  return {
    activate,
    busy: isPending,
    error: trouble(error),
    useless: codeOf(error) === "token_invalid",
  };
}

interface MailAgain {
  send: () => void;
  busy: boolean;
  sent: boolean;
  error: string | null;
}

/** Mails the pod's link again, once for a double click. */
export function useMailAgain({ id }: PodView): MailAgain {
  const client = useQueryClient();
  const sent = useRef(false);
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: () =>
      answer(api.POST("/api/v2/pods/{id}/activation-mail", { params: { path: { id } } })),
    onSettled: () => {
      sent.current = false;
      return client.invalidateQueries({ queryKey: ["pod", id] });
    },
  });
  const send = () => {
    if (sent.current) return;
    sent.current = true;
    mutate();
  };
  return { send, busy: isPending, sent: isSuccess, error: error && messageOf(error) };
}
