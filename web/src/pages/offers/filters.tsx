// The filters: as pills with panels where there is room, as one dialog where there is not.

import { ChevronDown, SlidersHorizontal } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Button, Dialog, Popover } from "../../ui/index.ts";
import { useSections } from "./filter-sections.tsx";
import { FILTERS, hasFilters, type OffersUrl } from "./search.ts";
import type { Change } from "./url.ts";

interface FiltersProps {
  url: OffersUrl;
  change: Change;
  onClear: () => void;
}

/** The filters as a row of pills. */
export function FilterBar({ lead, ...props }: FiltersProps & { lead?: ReactNode }) {
  const bar = useRef<HTMLDivElement>(null);
  const sections = useSections({ ...props, onVanish: () => bar.current?.focus() });
  return (
    <div
      ref={bar}
      tabIndex={-1}
      role="group"
      aria-label="Filters"
      className="flex flex-wrap items-center gap-2"
    >
      {lead}
      {sections.map(({ key, label, active, body }) => (
        <Popover key={key} label={label} active={active}>
          <div className="min-w-60">{body}</div>
        </Popover>
      ))}
      {hasFilters(props.url) && (
        <Button tone="quiet" onClick={props.onClear}>
          Clear filters
        </Button>
      )}
    </div>
  );
}

/** The filters behind one button. */
export function FilterDialog(props: FiltersProps & { total?: number }) {
  const [open, setOpen] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const sections = useSections({ ...props, onVanish: () => list.current?.focus() });
  const { total } = props;
  const shown =
    total === undefined
      ? "Show machines"
      : `Show ${total.toLocaleString("en-US")} ${total === 1 ? "machine" : "machines"}`;
  const set = FILTERS.filter((name) => props.url[name] !== undefined).length;
  return (
    <>
      <Button onClick={() => setOpen(true)} className="rounded-full">
        <SlidersHorizontal size={15} aria-hidden />
        Filters
        {set > 0 && (
          <span className="num rounded-full bg-brand-soft px-1.5 text-label text-brand-ink">
            {set}
            <span className="sr-only"> set</span>
          </span>
        )}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Filters">
        <div ref={list} tabIndex={-1} className="grid">
          {sections.map(({ key, label, active, body }) => (
            <details key={key} className="group border-b border-line py-1">
              <summary className="flex min-h-11 items-center justify-between gap-2 font-medium">
                <span>
                  {label}
                  {active && <span className="ml-2 text-label text-brand-ink">set</span>}
                </span>
                <ChevronDown
                  size={15}
                  aria-hidden
                  className="transition-transform group-open:rotate-180"
                />
              </summary>
              <div className="pb-3">{body}</div>
            </details>
          ))}
        </div>
        <div className="mt-4 flex justify-between gap-2">
          <Button tone="quiet" onClick={props.onClear}>
            Clear filters
          </Button>
          <Button tone="primary" onClick={() => setOpen(false)}>
            {shown}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
