import { expect, it } from "vitest";
import { isForEveryone, menuItemOf, menuOf, PAGES, paletteOf } from "./pages.ts";

const labels = (places: { label: string }[]) => places.map(({ label }) => label);

it("the menu shows a visitor only what needs no session", () => {
  expect(labels(menuOf(false))).toEqual(["Browse GPUs"]);
  const own = labels(menuOf(true));
  expect(own).toEqual(expect.arrayContaining(["Overview", "Browse GPUs", "Billing", "Account"]));
  expect(own.indexOf("Overview")).toBe(0);
});

it("the search leads a visitor to an account, and a person to each of their pages", () => {
  expect(labels(paletteOf(false))).toEqual(["Browse GPUs", "Sign in", "Create an account"]);
  const own = labels(paletteOf(true));
  expect(own).toEqual(expect.arrayContaining(["Pods", "Statement", "Account and SSH keys"]));
  expect(own).not.toContain("Sign in");
  expect(paletteOf(true)).toContainEqual({
    label: "Usage",
    to: "/billing",
    search: { tab: "usage" },
  });
});

it("a page has an address of its own, and a link to it needs no parameter", () => {
  const rows = Object.values(PAGES);
  expect(new Set(rows.map(({ path }) => path)).size).toBe(rows.length);
  const linked = [menuOf(true), paletteOf(true), menuOf(false), paletteOf(false)].flat();
  expect(linked.filter(({ to }) => to?.includes("$"))).toEqual([]);
});

it("a page below one of the menu shows where it belongs", () => {
  expect(["/configure", "/review/quote_1", "/activate"].map(menuItemOf)).toEqual([
    "/offers",
    "/offers",
    "/pods",
  ]);
  expect(["/offers", "/pods/pod_1", "/account", "/"].map(menuItemOf)).toEqual(
    Array.from({ length: 4 }),
  );
});

it("only pages that show nothing of anybody stay when a session ends", () => {
  expect(["/login", "/register", "/offers"].filter(isForEveryone)).toHaveLength(3);
  expect(["/overview", "/pods", "/pods/pod_1", "/nowhere"].filter(isForEveryone)).toEqual([]);
});
