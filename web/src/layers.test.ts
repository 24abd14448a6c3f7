// Which way the sources may import each other, read from the sources themselves.

import { expect, it } from "vitest";

/** Each floor may import those before it. */
const FLOORS = ["lib", "api", "ui", "nouns", "pages", "shell"];
/** Beside them stand the pages without a framework, and what they may import. */
const STATIC: Record<string, readonly string[]> = {
  landing: ["landing", "lib"],
  help: ["help", "landing", "lib"],
  gpus: ["gpus", "landing", "lib"],
};
/** Tests may open the whole app, through this one file of the top floor. */
const TEST_APP = "shell/test-app.tsx";

const SOURCES = import.meta.glob<string>(["./**/*.{ts,tsx}", "!./**/*.d.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

interface Import {
  from: string;
  to: string;
}

/** "./shell/../lib/a.ts" as "lib/a.ts". */
const plain = (path: string): string => new URL(path, "file:///").pathname.slice("/".length);

const IMPORTS: Import[] = Object.entries(SOURCES)
  .flatMap(([path, text]) =>
    Array.from(
      text.matchAll(/\b(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+\.tsx?)"/g),
      ([, target = ""]) => ({
        from: plain(path),
        to: plain(`${path.slice(0, path.lastIndexOf("/"))}/${target}`),
      }),
    ),
  )
  .filter(({ to }) => !to.endsWith(".d.ts"));

const folder = (path: string, depth: number): string => path.split("/").slice(0, depth).join("/");
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);
const shown = ({ from, to }: Import): string => `${from} imports ${to}`;

it("reads the sources", () => {
  expect(Object.keys(SOURCES).length).toBeGreaterThan(150);
  expect(IMPORTS.length).toBeGreaterThan(600);
  expect(IMPORTS.filter(({ to }) => !(`./${to}` in SOURCES)).map(shown)).toEqual([]);
});

it("every import leads down or stays on its floor", () => {
  const floor = (path: string) => FLOORS.indexOf(folder(path, 1));
  const up = IMPORTS.filter(({ from, to }) => {
    const own = STATIC[folder(from, 1)];
    if (own) return !own.includes(folder(to, 1));
    if (isTest(from) && to === TEST_APP) return false;
    return floor(to) < 0 || floor(from) < floor(to);
  });
  expect(up.map(shown)).toEqual([]);
});

it("no page imports another page", () => {
  const across = IMPORTS.filter(
    ({ from, to }) =>
      folder(from, 1) === "pages" && folder(to, 1) === "pages" && folder(from, 2) !== folder(to, 2),
  );
  expect(across.map(shown)).toEqual([]);
});

it("no imports run in a circle", () => {
  const after = new Map<string, string[]>();
  for (const { from, to } of IMPORTS) after.set(from, [...(after.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: string[]) => {
    const before = way.indexOf(path);
    if (before >= 0) circles.push([...way.slice(before), path].join(" → "));
    if (before >= 0 || done.has(path)) return;
    for (const to of after.get(path) ?? []) visit(to, [...way, path]);
    done.add(path);
  };
  for (const path of after.keys()) visit(path, []);
  expect(circles).toEqual([]);
});
