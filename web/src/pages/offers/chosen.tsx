// The chosen offer: beside the list where there is room, in a dialog where there is not.

import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Dialog } from "../../ui/index.ts";
import { machineName, placeOf } from "../../nouns/offer/machine.ts";
import { Explanation, LinkedOffer, RankBadge } from "./explain.tsx";
import type { Row } from "./gone.ts";
import type { useMarket } from "./market.ts";
import type { Change } from "./url.ts";

interface ChosenProps extends Pick<ReturnType<typeof useMarket>, "plan" | "per" | "total"> {
  /** Its row, when it is among those shown. */
  row: Row | undefined;
  id: string | undefined;
  /** Whether it stands among offers that can be compared, so that it can be judged. */
  judged: boolean;
}

/** Opening the dialog adds a step to the history, so that the back button closes it. */
export function useDialogHistory(open: string | undefined, change: Change) {
  const router = useRouter();
  const opened = useRef(false);
  useEffect(() => {
    if (open === undefined) opened.current = false;
  }, [open]);
  return {
    open: (id: string) => {
      opened.current = true;
      change({ offer: id });
    },
    close: () => {
      if (open === undefined) return;
      if (opened.current) router.history.back();
      else change({ offer: undefined }, { replace: true });
    },
  };
}

export function Aside({ row, id, plan, ...rest }: ChosenProps) {
  const { total } = rest;
  return (
    <aside aria-label="The chosen offer" className="card beside p-4" tabIndex={0}>
      {row ? (
        <>
          <header className="mb-3">
            <div className="flex items-start justify-between gap-2">
              <h2 className="text-card font-semibold">{machineName(row.offer)}</h2>
              <RankBadge row={row} total={total} />
            </div>
            <p className="text-mute">{placeOf(row.offer)}</p>
          </header>
          <Explanation row={row} {...rest} />
        </>
      ) : (
        id && (
          <>
            <h2 className="sr-only">Offer</h2>
            <LinkedOffer id={id} plan={plan} />
          </>
        )
      )}
    </aside>
  );
}

interface DialogProps extends ChosenProps {
  open: boolean;
  onClose: () => void;
}

export function OfferDialog({ row, id, plan, open, onClose, ...rest }: DialogProps) {
  const { total } = rest;
  const title = row ? (
    <span className="flex flex-wrap items-center gap-2">
      {machineName(row.offer)}
      <RankBadge row={row} total={total} />
    </span>
  ) : (
    "Offer"
  );
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      {row ? (
        <>
          <p className="-mt-2 mb-3 text-mute">{placeOf(row.offer)}</p>
          <Explanation row={row} {...rest} />
        </>
      ) : (
        id && <LinkedOffer id={id} plan={plan} />
      )}
    </Dialog>
  );
}
