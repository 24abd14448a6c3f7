// What each kind of notification looks like and where it leads.

import {
  CircleAlert,
  CircleCheck,
  CircleX,
  CreditCard,
  FileText,
  Pause,
  Play,
  Power,
  TrendingDown,
  Wallet,
} from "lucide-react";
import type { LinkProps } from "@tanstack/react-router";
import type { Shape } from "../../api/client.ts";

export type Notification = Shape<"NotificationView">;
type Kind = Notification["kind"];

export const ICONS: Record<Kind, typeof CircleAlert> = {
  activate_pod: CircleCheck,
  pod_running: Play,
  pod_stopped: Pause,
  pod_ended: Power,
  pod_failed: CircleX,
  funds_low: CircleAlert,
  invoice_ready: FileText,
  payment_failed: CircleX,
  subscription_changed: CreditCard,
  topped_up: Wallet,
  price_fell: TrendingDown,
};

/** Kinds that call for action. */
export const URGENT: ReadonlySet<Kind> = new Set<Kind>([
  "pod_failed",
  "funds_low",
  "payment_failed",
]);

interface Way {
  label: string;
  link: Pick<LinkProps, "to" | "search" | "params">;
}

const PLACES: Partial<Record<Kind, Way>> = {
  funds_low: { label: "Add money", link: { to: "/billing", search: {} } },
  invoice_ready: { label: "Invoices", link: { to: "/billing", search: { tab: "invoices" } } },
  payment_failed: { label: "Cards", link: { to: "/billing", search: { tab: "cards" } } },
  subscription_changed: { label: "Your plan", link: { to: "/billing", search: { tab: "plan" } } },
  topped_up: { label: "Statement", link: { to: "/billing", search: { tab: "statement" } } },
};

/** Where a notification leads: to the money, the machine and the pod it is about. */
export function waysOf({
  kind,
  pod_id: podId,
  machine,
}: Pick<Notification, "kind" | "pod_id" | "machine">): Way[] {
  const offers: Way | null = machine
    ? { label: "See the offers", link: { to: "/offers", search: { machine } } }
    : null;
  const pod: Way | null = podId
    ? {
        label: kind === "activate_pod" ? "Open the pod to activate it" : "Open the pod",
        link: { to: "/pods/$podId", params: { podId } },
      }
    : null;
  return [PLACES[kind], offers, pod].filter((way) => way !== null && way !== undefined);
}
