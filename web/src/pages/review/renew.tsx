// A new price for the same configuration, once the old one has expired.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { RefreshCw, TrendingDown, TrendingUp } from "lucide-react";
import { useState } from "react";
import { answer, api } from "../../api/client.ts";
import { codeOf, messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { Button, ButtonLink, cx, ErrorNote } from "../../ui/index.ts";
import { priceChange, type Quote, sameConfiguration } from "./quote.ts";

declare module "@tanstack/react-router" {
  /**
   * The rate of the quote that this one replaced, kept so that the difference survives a reload.
   */
  interface HistoryState {
    rateBefore?: number;
  }
}

interface RenewProps {
  quote: Quote;
  name: string;
  draftId: string | undefined;
}

export function Renew({ quote, name, draftId }: RenewProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const draft = useQuery({ ...queries.draft(draftId ?? ""), enabled: draftId !== undefined });
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const configuration = sameConfiguration(quote, draft.data?.fields.ssh_key_ids);
  if (!configuration && !draft.isLoading)
    return (
      <ButtonLink
        to="/configure"
        search={{ offer: quote.offer_id }}
        tone="primary"
        size="large"
        className="w-full"
      >
        Configure again for a new price
      </ButtonLink>
    );
  const renew = async () => {
    if (!configuration || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      const next = await answer(api.POST("/api/v2/pods/quotes", { body: configuration }));
      client.setQueryData(queries.quote(next.id).queryKey, next);
      await navigate({
        to: "/review/$quoteId",
        params: { quoteId: next.id },
        search: { name, draft: draftId },
        replace: true,
        state: { rateBefore: quote.price.rate_usd_micros_per_hour },
      });
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="grid gap-2">
      <p className="text-mute">
        Prices change. Get a new one for the same machine; you will see how it differs before you
        deploy.
      </p>
      {failure !== null && (
        <ErrorNote>
          {messageOf(failure)}
          {codeOf(failure) === "sold_out" && (
            <>
              {" "}
              <Link to="/offers" search={{ gpu: [quote.gpu] }} className="font-semibold underline">
                Find another {quote.gpu}
              </Link>
            </>
          )}
        </ErrorNote>
      )}
      <Button
        tone="primary"
        size="large"
        className="w-full"
        busy={busy || draft.isLoading}
        onClick={() => void renew()}
      >
        {!busy && <RefreshCw size={16} aria-hidden />}Get a new price
      </Button>
    </div>
  );
}

const LOOK = {
  same: ["border-line bg-sunk", RefreshCw],
  up: ["border-warn bg-warn-soft text-warn", TrendingUp],
  down: ["border-ok bg-ok-soft text-ok", TrendingDown],
} as const;

/** How the price differs from the previous one. */
export function Difference({ before, now }: { before: number; now: number }) {
  const { way, words } = priceChange(before, now);
  const [look, Icon] = LOOK[way];
  return (
    <div
      role="alert"
      className={cx("flex items-start gap-2 rounded-control border px-3 py-2", look)}
    >
      <Icon size={16} className="mt-0.5 shrink-0" aria-hidden />
      <span className="num">{words}</span>
    </div>
  );
}
