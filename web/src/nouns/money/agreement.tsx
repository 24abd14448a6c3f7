// Asks for a typed confirmation before real money moves; in SANDBOX nothing is asked.

import { type ReactNode, useState } from "react";
import { Confirm } from "../../ui/index.ts";
import { useIsLive } from "../../ui/tenant.ts";

interface Asked {
  title: string;
  text: ReactNode;
  action: string;
  name: string;
  answer: (agreed: boolean) => void;
}

/** `ask` resolves to whether to go ahead; `dialog` has to be rendered. */
export function useAgreement(): {
  ask: (what: Omit<Asked, "answer">) => Promise<boolean>;
  dialog: ReactNode;
} {
  const live = useIsLive();
  const [asked, setAsked] = useState<Asked | null>(null);
  const ask = (what: Omit<Asked, "answer">) =>
    live ? new Promise<boolean>((answer) => setAsked({ ...what, answer })) : Promise.resolve(true);
  const close = () => {
    asked?.answer(false);
    setAsked(null);
  };
  const dialog = (
    <Confirm
      open={asked !== null}
      onClose={close}
      title={asked?.title ?? ""}
      action={asked?.action ?? ""}
      name={asked?.name}
      onConfirm={async () => asked?.answer(true)}
    >
      {asked?.text}
    </Confirm>
  );
  return { ask, dialog };
}
