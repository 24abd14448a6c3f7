// The card at the top of a pod's page.

import type { ReactNode } from "react";
import { Card, cx, type State } from "../../ui/index.ts";

const ICON_LOOK: Record<State, string> = {
  ok: "text-ok",
  warn: "text-warn",
  bad: "text-bad",
  brand: "text-brand-ink",
  none: "text-mute",
};

interface LeadCardProps {
  icon: ReactNode;
  look: State;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}

export function LeadCard({ icon, look, title, children, actions }: LeadCardProps) {
  return (
    <Card className={cx(look === "bad" && "!border-bad", look === "brand" && "!border-brand")}>
      <div className="flex gap-3.5">
        <span className={cx("mt-0.5 shrink-0", ICON_LOOK[look])} aria-hidden>
          {icon}
        </span>
        <div className="grid min-w-0 flex-1 gap-3">
          <h2 className="text-card font-semibold">{title}</h2>
          {children}
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
      </div>
    </Card>
  );
}
