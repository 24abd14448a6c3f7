// A new price in place of the one on the page: once it has expired, or for other SSH keys.

import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { configurationOf, type Quote } from "./quote.ts";

declare module "@tanstack/react-router" {
  /**
   * The rate of the quote that this one replaced, kept so that the difference survives a reload.
   */
  interface HistoryState {
    rateBefore?: number;
  }
}

interface Reviewed {
  quote: Quote;
  name: string;
  draftId: string | undefined;
}

/** The draft with these keys in it: a quote does not name its keys, the draft does. */
async function keepKeys({ quote, name, draftId }: Reviewed, keys: readonly string[]) {
  if (draftId === undefined)
    return answer(
      api.POST("/api/v2/pods/drafts", { body: { name, ...configurationOf(quote, keys) } }),
    );
  const params = { path: { id: draftId } };
  const { version, fields } = await answer(api.GET("/api/v2/pods/drafts/{id}", { params }));
  return answer(
    api.PUT("/api/v2/pods/drafts/{id}", {
      params,
      body: { version, fields: { ...fields, ssh_key_ids: [...keys] } },
    }),
  );
}

/** Runs one act at a time; what it was refused for is kept until the next. */
export function useRequote(reviewed: Reviewed) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const running = useRef(false);
  const { quote, name, draftId } = reviewed;

  const ask = (body: Shape<"ConfigurationRequest">) =>
    answer(api.POST("/api/v2/pods/quotes", { body }));
  const show = async (next: Quote, draft: string | undefined) => {
    client.setQueryData(queries.quote(next.id).queryKey, next);
    await navigate({
      to: "/review/$quoteId",
      params: { quoteId: next.id },
      search: { name, draft },
      replace: true,
      resetScroll: false,
      state: { rateBefore: quote.price.rate_usd_micros_per_hour },
    });
  };
  const alone = async (act: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setFailure(null);
    try {
      await act();
    } catch (error) {
      setFailure(error);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return {
    busy,
    failure,
    /** Takes a new price for the same configuration. */
    renew: (configuration: Shape<"ConfigurationRequest">) =>
      alone(async () => show(await ask(configuration), draftId)),
    /** Takes a new price for the same machine with these keys. */
    choose: (keys: readonly string[]) =>
      alone(async () => {
        const next = await ask(configurationOf(quote, keys));
        const draft = await keepKeys(reviewed, keys);
        client.setQueryData(queries.draft(draft.id).queryKey, draft);
        void client.invalidateQueries({ queryKey: queries.drafts().queryKey });
        await show(next, draft.id);
      }),
  };
}
