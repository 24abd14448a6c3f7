// From the form to the review page: the draft is saved and a price is held.

import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answer, api } from "../../api/client.ts";
import { messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { nameProblem } from "../../nouns/pod/name.ts";
import { type Fields, toApi, toConfiguration } from "./draft.ts";
import type { Saver } from "./saver.ts";

interface Review {
  /** It was asked for once: from then on a bad name is marked. */
  tried: boolean;
  busy: boolean;
  failure: string | null;
  review: () => Promise<void>;
}

export function useReview(fields: Fields, saver: Saver): Review {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const review = async () => {
    setTried(true);
    if (nameProblem(fields.name)) {
      document.getElementById("configure-name")?.querySelector("input")?.focus();
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      // The draft is passed on: it has the keys in case a new price is needed.
      await saver.keep(toApi(fields));
      const quote = await answer(
        api.POST("/api/v2/pods/quotes", { body: toConfiguration(fields) }),
      );
      client.setQueryData(queries.quote(quote.id).queryKey, quote);
      await navigate({
        to: "/review/$quoteId",
        params: { quoteId: quote.id },
        search: { name: fields.name.trim(), draft: saver.id ?? undefined },
      });
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(false);
    }
  };
  return { tried, busy, failure, review };
}
