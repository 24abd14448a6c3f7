// The entries: the landing page, the pages of help and those of GPUs, rendered whole at build time,
// and the console.

import { copyFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { landing, type Board } from "./src/landing/page.ts";
import { filled, gpuFiles } from "./src/gpus/files.ts";
import { helpPages } from "./src/help/pages.ts";
import gpus from "./src/landing/gpus.json";
import board from "./src/landing/board.json";
import plans from "../infra/seeds/plans.json";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const BODIES: Record<string, string> = {
  "/index.html": landing(board as Board, plans),
  ...helpPages,
};

/** Puts a page's content where its file has its mark. */
const prerender: Plugin = {
  name: "prerender",
  transformIndexHtml: {
    order: "pre",
    handler: (html, { path }) => html.replace("<!--body-->", (mark) => BODIES[path] ?? mark),
  },
};

/** The one file that every page of a GPU is made from. */
const GPU_PAGE = "gpus.html";
const GPU_FILES = gpuFiles(gpus);

/** `/gpus/` and a folder below it for each GPU, with what the build made of their common file. */
const gpuPages: Plugin = {
  name: "gpu-pages",
  transformIndexHtml: {
    order: "pre",
    handler: (html, { path, originalUrl = "" }) => {
      const asked = GPU_FILES.get(originalUrl.split("?")[0] ?? "");
      return path === `/${GPU_PAGE}` && asked ? filled(html, asked) : html;
    },
  },
  generateBundle: {
    order: "post",
    handler(_options, bundle) {
      const made = bundle[GPU_PAGE];
      if (made?.type !== "asset") return this.error(`${GPU_PAGE} was not built`);
      const html = String(made.source);
      delete bundle[GPU_PAGE];
      for (const [path, parts] of GPU_FILES)
        this.emitFile({
          type: "asset",
          fileName: `${path.slice(1)}index.html`,
          source: filled(html, parts),
        });
    },
  },
};

/** The console's page once more, for the addresses it does not have: the edge makes those a 404. */
const nowhere: Plugin = {
  name: "not-found-page",
  writeBundle: ({ dir = here("./dist") }) => copyFileSync(`${dir}/app.html`, `${dir}/404.html`),
};

const inputs = Object.fromEntries(
  ["/app.html", `/${GPU_PAGE}`, ...Object.keys(BODIES)].map((path) => [
    path.slice(1).replace(".html", ""),
    here(`.${path}`),
  ]),
);

/** Publishes the API's document as `/openapi.json`. */
const openapi: Plugin = {
  name: "openapi-document",
  generateBundle() {
    this.emitFile({
      type: "asset",
      fileName: "openapi.json",
      source: readFileSync(here("./openapi.json"), "utf8"),
    });
  },
};

/** For `npm run dev`: paths without a dot are pages of the console, as on CloudFront. */
const pages: Plugin = {
  name: "console-pages",
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const [path = "/"] = (request.url ?? "/").split("?");
      if (GPU_FILES.has(path)) request.url = `/${GPU_PAGE}`;
      else if (path !== "/" && !/^\/(@|api\/|mail|ws)/.test(path) && !path.includes("."))
        request.url = "/app.html";
      next();
    });
  },
};

export default defineConfig({
  plugins: [react(), tailwindcss(), prerender, gpuPages, openapi, nowhere, pages],
  // Everything that is not a file comes from `make run`.
  server: {
    proxy: {
      "/api": "http://localhost:8080",
      "/mail": "http://localhost:8080",
      "/ws": { target: "ws://localhost:8080", ws: true },
    },
  },
  resolve: { alias: { "@": here("./src") } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // The content security policy allows no `data:` scripts or fonts.
    modulePreload: { polyfill: false },
    rollupOptions: { input: inputs },
  },
});
