// The pages about the product that need no scripts; `src/help` writes them out at build time.

export const HELP_PAGES = [
  { path: "/docs.html", label: "Docs" },
  { path: "/terms.html", label: "Terms" },
  { path: "/privacy.html", label: "Privacy" },
  { path: "/status.html", label: "Status" },
] as const;
