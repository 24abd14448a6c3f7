// The formatter breaks code at 100 columns, but neither strings nor comments.

import { expect, it } from "vitest";

const COLUMNS_MAX = 100;

const SOURCES = import.meta.glob<string>(
  ["./**/*.{ts,tsx}", "./**/*.css", "../tests/*.ts", "../*.ts", "!./**/*.d.ts"],
  { query: "?raw", import: "default", eager: true },
);

/** The formatter leaves a test's name beside its `it`, however long it is. */
const isTestName = (line: string): boolean => /^\s*(it|test)\(/.test(line);

it("no line is longer than 100 columns", () => {
  const lines = Object.entries(SOURCES).flatMap(([path, text]) =>
    text.split("\n").map((line, index) => ({ line, at: `${path}:${index + 1}` })),
  );
  expect(lines.length).toBeGreaterThan(10_000);
  const long = lines.filter(({ line }) => line.length > COLUMNS_MAX && !isTestName(line));
  expect(long.map(({ at }) => at)).toEqual([]);
});
