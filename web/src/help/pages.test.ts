import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { HELP_PAGES } from "../lib/help-pages.ts";
import { helpPages } from "./pages.ts";

it("every page has its file, one main heading, and a way to each of the others", () => {
  expect(Object.keys(helpPages)).toEqual(HELP_PAGES.map(({ path }) => path));
  for (const [path, body] of Object.entries(helpPages)) {
    expect(existsSync(`.${path}`), path).toBe(true);
    expect(readFileSync(`.${path}`, "utf8")).toContain("<!--body-->");
    expect(body.match(/<h1/g), path).toHaveLength(1);
    for (const other of HELP_PAGES) expect(body).toContain(`href="${other.path}"`);
    expect(body).not.toMatch(/<script|<style|style=|onclick/);
  }
});

it("privacy names every company that processes anything", () => {
  for (const company of ["Amazon Web Services", "Stripe", "GPU cloud"])
    expect(helpPages["/privacy.html"]).toContain(company);
});
