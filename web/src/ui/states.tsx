// What is shown while a list is loading, when it is empty, and when it could not be loaded.

import { CircleAlert, LoaderCircle, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { messageOf } from "../api/errors.ts";
import { Button, cx } from "./basics.tsx";

/** A grey placeholder; `className` gives it the size of what will replace it. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span
    aria-hidden
    className={cx("block animate-shimmer rounded-sm bg-sunk dark:bg-line", className)}
  />
);

/** Placeholders of what is loading, announced once to screen readers. */
export const Loading = ({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) => (
  <div role="status" aria-label={label} className={className}>
    {children}
  </div>
);

/** Says that what is shown is about to be replaced by the latest request's answer. */
export const Updating = () => (
  <span className="inline-flex items-center gap-1.5 text-label text-mute">
    <LoaderCircle size={13} className="animate-spin" aria-hidden />
    updating
  </span>
);

/** Placeholder rows of a list that is loading, announced once to screen readers. */
export function SkeletonRows({
  rows = 6,
  height = "h-14",
  label = "Loading",
}: {
  rows?: number;
  height?: string;
  label?: string;
}) {
  return (
    <div role="status" aria-label={label} className="grid">
      {Array.from({ length: rows }, (_, row) => (
        <div
          key={row}
          className={cx("flex items-center gap-6 border-b border-line px-4 last:border-0", height)}
        >
          <Skeleton className="h-3.5 w-1/4" />
          <Skeleton className="h-3.5 w-1/6" />
          <Skeleton className="ml-auto h-3.5 w-16" />
        </div>
      ))}
    </div>
  );
}

/** An empty list: why it is empty, and what to do next. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="grid justify-items-center gap-2 px-6 py-12 text-center">
      {icon && (
        <div className="mb-1 text-mute" aria-hidden>
          {icon}
        </div>
      )}
      <p className="text-read font-semibold">{title}</p>
      {children && <p className="max-w-sm text-mute">{children}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}

/** An error beside what it concerns. */
export function ErrorNote({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div
      role="alert"
      className={cx(
        "flex items-start gap-2 rounded-control bg-bad-soft px-3 py-2 text-bad",
        className,
      )}
    >
      <CircleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
      <div className="min-w-0 break-words">{children}</div>
    </div>
  );
}

/** Something to know before going on, but not an error. */
export function Notice({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div
      className={cx(
        "flex items-start gap-2 rounded-control bg-warn-soft px-3 py-2 text-warn",
        className,
      )}
    >
      <CircleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
      <div className="min-w-0 break-words">{children}</div>
    </div>
  );
}

/** A part of the page that could not be loaded, with a button to try again. */
export function Failed({
  error,
  retry,
  what,
}: {
  error: unknown;
  retry: () => unknown;
  what: string;
}) {
  return (
    <div role="alert" className="grid justify-items-center gap-2 px-6 py-10 text-center">
      <CircleAlert size={20} className="text-bad" aria-hidden />
      <p className="text-read font-semibold">{what} could not be loaded</p>
      <p className="max-w-sm text-mute">{messageOf(error)}</p>
      <Button className="mt-2" onClick={() => void retry()}>
        <RotateCw size={14} aria-hidden />
        Try again
      </Button>
    </div>
  );
}
