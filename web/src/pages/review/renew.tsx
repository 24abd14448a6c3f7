// A new price for the same configuration, once the old one has expired.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RefreshCw, TrendingDown, TrendingUp } from "lucide-react";
import { codeOf, messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { Button, ButtonLink, cx, ErrorNote } from "../../ui/index.ts";
import { priceChange, type Quote, sameConfiguration } from "./quote.ts";
import { useRequote } from "./use-requote.ts";

interface RenewProps {
  quote: Quote;
  name: string;
  draftId: string | undefined;
}

export function Renew({ quote, name, draftId }: RenewProps) {
  const draft = useQuery({ ...queries.draft(draftId ?? ""), enabled: draftId !== undefined });
  const { busy, failure, renew } = useRequote({ quote, name, draftId });
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
  return (
    <div className="grid gap-2">
      <p className="text-mute max-lg:hidden">
        Prices change. Get a new one for the same configuration; you will see how it differs before
        you deploy.
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
        onClick={() => configuration && void renew(configuration)}
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
