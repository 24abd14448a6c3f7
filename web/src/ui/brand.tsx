// The tenant's mark and name, and the strip of SANDBOX mode.

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

export function SandboxStrip() {
  if (useTenant()?.mode !== "SANDBOX") return null;
  return (
    <section
      aria-label="Mode"
      className="bg-warn-soft px-4 py-1.5 text-center text-label text-warn print:hidden"
    >
      <p>
        <strong className="mr-2 font-semibold">SANDBOX</strong>Simulated clouds, free credit, no
        charge.
      </p>
    </section>
  );
}
