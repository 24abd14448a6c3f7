// The tenant's mark and name, and the strip of SANDBOX mode.

import type { Shape } from "../api/client.ts";
import { Badge } from "./basics.tsx";
import { useTenant } from "./tenant.ts";

export function Mark({ size = 24 }: { size?: number }) {
  const logo = useTenant()?.branding?.logo_path;
  if (logo) return <img src={logo} alt="" width={size} height={size} className="rounded-sm" />;
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="shrink-0">
      <rect width="32" height="32" rx="7" className="fill-ink" />
      <path d="M8 18h4v7H8zm6-6h4v13h-4zm6-5h4v18h-4z" className="fill-bg" />
    </svg>
  );
}

/** Brokers without their own branding go by the product's name. */
export function useBrandName(): string {
  const tenant = useTenant();
  return tenant?.branding ? tenant.name : "GPUBROKER";
}

/**
 * The mode beside something it applies to; LIVE is plain ink, which no brand's colour can pass for.
 */
export const ModeBadge = ({ mode }: { mode: Shape<"Mode"> }) =>
  mode === "LIVE" ? (
    <Badge className="!bg-ink !text-bg">LIVE</Badge>
  ) : (
    <Badge state="warn">SANDBOX</Badge>
  );

/** SANDBOX says so at the top of every page, wherever it is scrolled to. */
export function SandboxStrip() {
  if (useTenant()?.mode !== "SANDBOX") return null;
  return (
    <section
      aria-label="Mode"
      className={
        "sticky top-0 z-30 flex h-(--strip) items-center justify-center bg-warn-soft px-4 " +
        "text-center text-label text-warn print:hidden"
      }
    >
      <p>
        <strong className="mr-2 font-semibold">SANDBOX</strong>Simulated clouds, free credit.
      </p>
    </section>
  );
}
