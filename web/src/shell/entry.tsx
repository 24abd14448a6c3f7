// The frame of the pages before the console: one narrow card.

import { Outlet } from "@tanstack/react-router";
import { Mark, SandboxStrip, useBrandName } from "../ui/brand.tsx";
import { Toasts } from "../ui/toast.tsx";
import { Foot } from "./foot.tsx";
import { ThemeButton } from "./theme-button.tsx";

export function Entry() {
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#main" className="skip-link">
        Skip to the content
      </a>
      <SandboxStrip />
      <header className="flex h-14 items-center justify-between px-4 md:px-6">
        <a href="/" className="flex items-center gap-2.5 rounded-sm font-semibold">
          <Mark />
          <span className="text-read">{useBrandName()}</span>
        </a>
        <ThemeButton />
      </header>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-md flex-1 px-4 py-8 md:py-14">
        <Outlet />
      </main>
      <Foot />
      <Toasts />
    </div>
  );
}
