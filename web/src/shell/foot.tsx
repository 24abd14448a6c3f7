// The foot of every page of the app: help, and what a customer agrees to.

import { HELP_PAGES } from "../lib/help-pages.ts";
import { useBrandName } from "../ui/brand.tsx";

export function Foot() {
  return (
    <footer
      className={
        "mx-auto w-full max-w-[1320px] px-4 py-6 text-label text-mute md:px-6 print:hidden"
      }
    >
      <nav aria-label="Help and legal" className="flex flex-wrap gap-x-5 gap-y-1">
        <span>{useBrandName()}</span>
        {HELP_PAGES.map(({ path, label }) => (
          <a key={path} href={path} className="rounded-sm hover:text-ink hover:underline">
            {label}
          </a>
        ))}
      </nav>
    </footer>
  );
}
