// Text to copy with one click, announced to screen readers.

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { cx } from "./basics.tsx";
import { toast } from "./toast.tsx";

/** Monospace text, usually one line, with its copy button. */
export function CopyLine({
  label,
  text,
  className,
  href,
}: {
  label: string;
  text: string;
  className?: string;
  href?: string;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      toast(`${label} copied.`);
    } catch {
      toast(`${label} could not be copied. Select the text and copy it by hand.`, { bad: true });
    }
  };
  return (
    <div className={cx("grid min-w-0 grid-cols-1 gap-1", className)}>
      <span className="text-label text-mute">{label}</span>
      <div className="flex items-start gap-1 rounded-control border border-line bg-sunk pl-3">
        <div
          tabIndex={0}
          role="group"
          aria-label={label}
          className="min-w-0 flex-1 overflow-x-auto py-2 font-mono text-label whitespace-pre"
        >
          {href ? (
            <a
              href={href}
              target="_blank"
              rel="noopener noreferrer"
              className="text-brand-ink underline"
            >
              {text}
            </a>
          ) : (
            text
          )}
        </div>
        <button
          type="button"
          onClick={() => void copy()}
          aria-label={`Copy ${label}`}
          className={
            "inline-flex size-9 shrink-0 items-center justify-center rounded-control " +
            "text-mute hover:text-ink"
          }
        >
          {copied ? (
            <Check size={15} className="text-ok" aria-hidden />
          ) : (
            <Copy size={15} aria-hidden />
          )}
        </button>
      </div>
    </div>
  );
}
