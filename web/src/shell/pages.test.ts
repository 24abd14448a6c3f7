import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { isForEveryone, menuItemOf, menuOf, PAGES, paletteOf } from "./pages.ts";

const labels = (places: { label: string }[]) => places.map(({ label }) => label);

it("the menu shows a visitor only what needs no session", () => {
  expect(labels(menuOf(false))).toEqual(["Browse GPUs", "Clouds"]);
  const own = labels(menuOf(true));
  expect(own).toEqual(expect.arrayContaining(["Overview", "Browse GPUs", "Billing", "Account"]));
  expect(own.indexOf("Overview")).toBe(0);
});

it("the search leads a visitor to an account, and a person to each of their pages", () => {
  expect(labels(paletteOf(false))).toEqual([
    "Browse GPUs",
    "Clouds and how they are doing",
    "Sign in",
    "Create an account",
  ]);
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

it("the edge knows every page, and no other", () => {
  const template = readFileSync("../template.yaml", "utf8");
  const code = template.slice(template.indexOf("const PAGES"), template.indexOf("const GPUS"));
  const known: RegExp = new Function(`${code}; return PAGES`)();
  const paths = Object.values(PAGES).map(({ path }) => path.replace(/\$\w+/, "a.b"));
  for (const path of paths)
    expect([path, `${path}/`].map((one) => known.test(one))).toEqual([true, true]);
  // An alternative such as `pods(/[^/]+)?` is two pages.
  const { source } = known;
  expect(source.split("|").length + source.split(")?").length - 1).toBe(paths.length);
  for (const path of ["/nowhere", "/review", "/pods/a/b", "/offers/x/y", "/overviews"])
    expect(known.test(path), path).toBe(false);
});

it("only pages that show nothing of anybody stay when a session ends", () => {
  const open = ["/login", "/register", "/offers", "/clouds", "/offers/off_1"];
  expect(open.filter(isForEveryone)).toEqual(open);
  expect(
    ["/overview", "/pods", "/pods/pod_1", "/offers/off_1/x", "/nowhere"].filter(isForEveryone),
  ).toEqual([]);
});
