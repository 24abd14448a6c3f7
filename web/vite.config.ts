// Two entries: the landing page, rendered whole at build time, and the console.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { landing, type Board } from "./src/landing/page.ts";
import board from "./src/landing/board.json";
import plans from "../infra/seeds/plans.json";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Puts the landing page's content where `index.html` has its mark. */
const prerender: Plugin = {
  name: "prerender-landing",
  transformIndexHtml: {
    order: "pre",
    handler: (html, { path }) =>
      path === "/index.html"
        ? html.replace("<!--landing-->", landing(board as Board, plans))
        : html,
  },
};

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
      if (path !== "/" && !/^\/(@|api\/|mail|ws)/.test(path) && !path.includes("."))
        request.url = "/app.html";
      next();
    });
  },
};

export default defineConfig({
  plugins: [react(), tailwindcss(), prerender, openapi, pages],
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
    rollupOptions: { input: { index: here("./index.html"), app: here("./app.html") } },
  },
});
