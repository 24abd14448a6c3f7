// The smallest parts: buttons, cards, badges, facts.

import { Link, type LinkProps } from "@tanstack/react-router";
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

const CARD_HEAD = "flex min-h-12 flex-wrap items-center justify-between gap-2 px-4 pt-3 md:px-5";

export const cx = (...names: (string | false | null | undefined)[]): string =>
  names.filter(Boolean).join(" ");

/** `danger` offers an act that ends or destroys something; `destroy` is the button that does it. */
export type Tone = "primary" | "plain" | "quiet" | "danger" | "destroy";
export type Size = "small" | "normal" | "large";

const TONES: Record<Tone, string> = {
  primary: "bg-brand text-on-brand hover:brightness-110 border-transparent",
  plain: "bg-surface text-ink border-line2 hover:bg-sunk",
  quiet: "bg-transparent text-mute border-transparent hover:bg-sunk hover:text-ink",
  danger: "bg-surface text-bad border-bad hover:bg-bad-soft",
  destroy: "bg-bad text-on-bad border-transparent hover:brightness-110",
};
const SIZES: Record<Size, string> = {
  small: "h-7 max-md:h-9 px-2.5 text-label",
  normal: "h-9 px-3.5 text-body",
  large: "h-11 px-5 text-read",
};

/** The classes of a button, for other elements that look like one. */
export const buttonClass = (tone: Tone = "plain", size: Size = "normal"): string =>
  cx(
    "inline-flex items-center justify-center gap-2 rounded-control border font-medium " +
      "whitespace-nowrap transition-colors duration-150 select-none",
    "disabled:opacity-55 aria-disabled:opacity-55",
    TONES[tone],
    SIZES[size],
  );

interface ButtonProps extends ComponentProps<"button"> {
  tone?: Tone;
  size?: Size;
  busy?: boolean;
}

/**
 * A button; while `busy` it shows that, keeps its focus and ignores clicks, so a second one does no
 * harm.
 */
export function Button({
  tone,
  size,
  busy = false,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={cx(buttonClass(tone, size), className)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    >
      {busy && <LoaderCircle size={14} className="animate-spin" aria-hidden />}
      {children}
    </button>
  );
}

type ButtonLinkProps = LinkProps & {
  tone?: Tone;
  size?: Size;
  className?: string;
  children: ReactNode;
};

/** A link within the console that looks like a button. */
export function ButtonLink({ tone, size, className, ...rest }: ButtonLinkProps) {
  return <Link className={cx(buttonClass(tone, size), className)} {...rest} />;
}

/** A button with only an icon; `label` names it, as its tooltip too. */
export function IconButton({
  label,
  className,
  children,
  ...rest
}: ComponentProps<"button"> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(
        "inline-flex size-9 items-center justify-center rounded-control text-mute " +
          "transition-colors hover:bg-sunk hover:text-ink",
        className,
      )}
    >
      {children}
    </button>
  );
}

/** A card; with a `title` it is a section of the page. */
export function Card({
  title,
  actions,
  className,
  children,
  pad = true,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  className?: string;
  children?: ReactNode;
  pad?: boolean;
}) {
  const body = pad ? "p-4 md:p-5" : "";
  if (title === undefined) return <div className={cx("card", body, className)}>{children}</div>;
  return (
    <section className={cx("card", className)}>
      <header className={CARD_HEAD}>
        <h2 className="text-read font-semibold">{title}</h2>
        {actions}
      </header>
      <div className={pad ? "px-4 pt-2 pb-4 md:px-5 md:pb-5" : "pt-2"}>{children}</div>
    </section>
  );
}

export type State = "ok" | "warn" | "bad" | "brand" | "none";
const STATES: Record<State, string> = {
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  brand: "bg-brand-soft text-brand-ink",
  none: "bg-sunk text-mute",
};
const DOTS: Record<State, string> = {
  ok: "bg-ok",
  warn: "bg-warn",
  bad: "bg-bad",
  brand: "bg-brand",
  none: "bg-line2",
};

export function Badge({
  state = "none",
  children,
  className,
}: {
  state?: State;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span
      className={cx(
        "inline-flex items-center gap-1.5 rounded-sm px-2 py-0.5 text-label font-medium " +
          "whitespace-nowrap",
        STATES[state],
        className,
      )}
    >
      {children}
    </span>
  );
}

/** A small round mark; it always accompanies words. */
export function Dot({ state = "ok", live = false }: { state?: State; live?: boolean }) {
  return (
    <span
      aria-hidden
      className={cx(
        "inline-block size-2 shrink-0 rounded-full",
        DOTS[state],
        live && "animate-pulse-dot",
      )}
    />
  );
}

/** The head of a page: its h1, what belongs beside it, and its actions. */
export function PageHead({
  title,
  aside,
  actions,
  crumbs,
}: {
  title: ReactNode;
  aside?: ReactNode;
  actions?: ReactNode;
  crumbs?: ReactNode;
}) {
  return (
    <header className="mb-5">
      {crumbs && (
        <nav
          aria-label="Breadcrumb"
          className="mb-1 flex items-center gap-1.5 text-label text-mute"
        >
          {crumbs}
        </nav>
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-h1 font-semibold wrap-anywhere">{title}</h1>
          {aside}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  );
}

/** Names and values, one pair per row; falsy pairs are left out. */
export function Facts({
  of,
  className,
}: {
  of: ([ReactNode, ReactNode] | false | null | undefined)[];
  className?: string;
}) {
  return (
    <dl className={cx("grid grid-cols-[minmax(0,1fr)] gap-y-2", className)}>
      {of.map(
        (pair, index) =>
          pair && (
            <div key={index} className="flex items-baseline justify-between gap-4">
              <dt className="text-mute">{pair[0]}</dt>
              <dd className="num min-w-0 text-right font-medium break-words">{pair[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** Progress from 0 to 1; without `value`, only that something is going on. */
export function Progress({
  value,
  label,
  className,
}: {
  value?: number;
  label: string;
  className?: string;
}) {
  const percent =
    value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className={cx("h-1.5 overflow-hidden rounded-full bg-sunk", className)}
    >
      <div
        className={cx(
          "h-full rounded-full bg-brand transition-[width] duration-700",
          percent === undefined && "w-1/3 animate-pulse-dot",
        )}
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
