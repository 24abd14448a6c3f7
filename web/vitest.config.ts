import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // One document and one React for all files of a worker: half the time goes into making them.
    // What a file leaves behind goes in `setup.ts`.
    pool: "threads",
    isolate: false,
    // What takes a tenth of a second may take five where a compiler runs beside it.
    testTimeout: 15_000,
    setupFiles: ["tests/unit/setup.ts"],
  },
});
