// A first payment that was started and has not gone through: it can be continued here.

import { useRef, useState } from "react";
import type { Shape } from "../../api/client.ts";
import { messageOf } from "../../api/errors.ts";
import { planName } from "../../lib/names.ts";
import { Button, Card, toast } from "../../ui/index.ts";
import { cardMessage, isCardError } from "../../nouns/card/card.ts";

interface Props {
  subscription: Shape<"SubscriptionView">;
  /** Continues the payment. */
  onConfirm: () => Promise<void>;
}

export function Unfinished({ subscription: { plan, interval }, onConfirm }: Props) {
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    try {
      await onConfirm();
    } catch (caught) {
      // Not shown in here: a declined card ends the payment and removes this panel.
      toast(isCardError(caught) ? cardMessage(caught) : messageOf(caught), { bad: true });
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return (
    <Card title={`A payment for ${planName(plan)} is waiting`}>
      <div className="grid gap-3">
        <p className="text-mute">
          Your first payment for {planName(plan)} by the {interval} has not gone through yet: your
          bank may want you to confirm it. Until then, your plan is Free. Confirm it, or pay with
          another card below instead.
        </p>
        <Button
          tone="primary"
          busy={busy}
          onClick={() => void confirm()}
          className="justify-self-start"
        >
          Confirm the payment
        </Button>
      </div>
    </Card>
  );
}
