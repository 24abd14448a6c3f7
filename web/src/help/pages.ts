// The pages of help as whole bodies, by the name of their file.

import { framed } from "../landing/frame.ts";
import type { Html } from "../landing/html.ts";
import { HELP_PAGES } from "../lib/help-pages.ts";
import { docs } from "./docs.ts";
import { privacy } from "./privacy.ts";
import { status } from "./status.ts";
import { terms } from "./terms.ts";
import { article } from "./text.ts";

const MAINS: Record<(typeof HELP_PAGES)[number]["path"], Html> = {
  "/docs.html": article(docs),
  "/terms.html": article(terms),
  "/privacy.html": article(privacy),
  "/status.html": status,
};

const LINKS = HELP_PAGES.map(({ path, label }) => ({ href: path, label }));

/** The body of each file. */
export const helpPages: Record<string, string> = Object.fromEntries(
  Object.entries(MAINS).map(([path, main]) => [path, framed(main, LINKS)]),
);
