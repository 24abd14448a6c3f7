// The console's entry point.

import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "../styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { answer, api } from "../api/client.ts";
import { newQueryClient } from "../api/queries.ts";
import { LiveProvider } from "../ui/live.tsx";
import { learnTenant } from "../ui/tenant.ts";
import { followSession } from "./follow-session.ts";
import { newRouter } from "./router.tsx";

const client = newQueryClient();
const router = newRouter(client);

followSession(client, router);

// Without an answer the page uses what this browser last knew.
answer(api.GET("/api/v2/tenant")).then(learnTenant, () => undefined);

const place = document.getElementById("app");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <LiveProvider>
          <RouterProvider router={router} />
        </LiveProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
