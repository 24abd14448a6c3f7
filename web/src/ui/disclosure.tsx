// Something folded away behind its name.

import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./basics.tsx";

export function Disclosure({
  label,
  className,
  onToggle,
  children,
}: {
  label: ReactNode;
  className?: string;
  /** Told whether it is open now. */
  onToggle?: (open: boolean) => void;
  children: ReactNode;
}) {
  return (
    <details
      className={cx("group/fold", className)}
      onToggle={onToggle && (({ currentTarget }) => onToggle(currentTarget.open))}
    >
      <summary
        className={
          "-mx-2 flex min-h-9 list-none items-center gap-1.5 rounded-control px-2 font-medium " +
          "transition-colors hover:bg-sunk max-md:min-h-11 [&::-webkit-details-marker]:hidden"
        }
      >
        <ChevronRight
          size={14}
          aria-hidden
          className="shrink-0 text-mute transition-transform group-open/fold:rotate-90"
        />
        {label}
      </summary>
      <div className="pt-2">{children}</div>
    </details>
  );
}
