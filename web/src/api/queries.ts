// Every query of the app, each under one key, so that pages share answers and a push from the
// server can say which answers are out of date.

import {
  infiniteQueryOptions,
  keepPreviousData,
  QueryClient,
  queryOptions,
} from "@tanstack/react-query";
import { answer, api, type Shape } from "./client.ts";
import { ApiError } from "./errors.ts";
import type { Frame } from "./realtime.ts";

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // A refusal is final; silence and a server's fault may pass.
        retry: (count, error) =>
          count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
        retryDelay: (count) => 500 * 2 ** count,
      },
      // An act that cannot be sent fails at once: sending it later, unasked, would be a surprise.
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

/** Rows of machines, whether they are in stock or not. */
const ANY_STATE = { group: "machine", available: false } as const;
/** What makes two offers the same kind of machine. */
const MACHINE = ["gpu", "gpu_count", "gpu_memory_gib", "spot"] as const;

export const queries = {
  me: () =>
    queryOptions({
      queryKey: ["me"],
      queryFn: ({ signal }) => answer(api.GET("/api/v2/auth/me", { signal })),
    }),
  plans: () =>
    queryOptions({
      queryKey: ["plans"],
      staleTime: 300_000,
      queryFn: ({ signal }) => answer(api.GET("/api/v2/billing/plans", { signal })),
    }),

  /** The ranked offers that match `search`, page by page. */
  offers: (search: OfferSearch) =>
    infiniteQueryOptions({
      queryKey: ["offers", search],
      initialPageParam: undefined as string | undefined,
      queryFn: ({ signal, pageParam }) =>
        answer(
          api.GET("/api/v2/offers", {
            signal,
            params: { query: { ...search, cursor: pageParam } },
          }),
        ),
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
    }),
  /** The clouds that sell one machine, in one answer. */
  clouds: (search: OfferSearch) =>
    queryOptions({
      queryKey: ["offers", "clouds", search],
      queryFn: ({ signal }) =>
        answer(api.GET("/api/v2/offers", { signal, params: { query: search } })),
    }),
  /**
   * A kind of machine by its identifier, as one row at its cheapest in stock, or sold out; null
   * where nobody lists it. At the prices of `plan`.
   */
  machine: (machine: string, plan?: Shape<"PlanId">) =>
    queryOptions({
      queryKey: ["offers", "machine", machine, plan],
      queryFn: async ({ signal }) => {
        const query = { ...ANY_STATE, machine, plan, spot: "any" as const, limit: 1 };
        const page = await answer(api.GET("/api/v2/offers", { signal, params: { query } }));
        return page.items[0] ?? null;
      },
    }),
  /** The same of the machine that an offer is one of. */
  machineOf: (offer: Shape<"OfferView">, plan?: Shape<"PlanId">) =>
    queryOptions({
      queryKey: ["offers", "machine of", offer.id, plan],
      queryFn: async ({ signal }) => {
        const query = {
          ...ANY_STATE,
          plan,
          gpu: offer.gpu,
          gpu_memory_gib_min: offer.gpu_memory_gib,
          // Shares of a GPU cannot be asked for, but they are found among the rest.
          gpu_count: Number.isInteger(offer.gpu_count) ? offer.gpu_count : undefined,
          spot: offer.spot ? ("true" as const) : undefined,
          limit: 100,
        };
        const { items } = await answer(api.GET("/api/v2/offers", { signal, params: { query } }));
        return (
          items.find((row) => MACHINE.every((name) => row.offer[name] === offer[name])) ?? null
        );
      },
    }),
  /** One offer at the prices of `plan`. */
  offer: (id: string, plan?: Shape<"PlanId">) =>
    queryOptions({
      queryKey: ["offer", id, plan],
      queryFn: ({ signal }) =>
        answer(
          api.GET("/api/v2/offers/{id}", { signal, params: { path: { id }, query: { plan } } }),
        ),
    }),
  /** How the price of an offer moved in the last `days`, at the prices of `plan`. */
  offerPrices: (id: string, days: number, plan?: Shape<"PlanId">) =>
    queryOptions({
      queryKey: ["offer", id, "prices", days, plan],
      queryFn: ({ signal }) =>
        answer(
          api.GET("/api/v2/offers/{id}/prices", {
            signal,
            params: { path: { id }, query: { days, plan } },
          }),
        ),
    }),
  facets: () =>
    queryOptions({
      queryKey: ["facets"],
      staleTime: 300_000,
      queryFn: ({ signal }) => answer(api.GET("/api/v2/offers/facets", { signal })),
    }),
  providers: () =>
    queryOptions({
      queryKey: ["providers"],
      queryFn: ({ signal }) => answer(api.GET("/api/v2/providers", { signal })),
    }),

  templates: () =>
    queryOptions({
      queryKey: ["templates"],
      staleTime: 300_000,
      queryFn: ({ signal }) => answer(api.GET("/api/v2/pods/templates", { signal })),
    }),
  keys: () =>
    queryOptions({
      queryKey: ["keys"],
      queryFn: ({ signal }) => answer(api.GET("/api/v2/ssh-keys", { signal })),
    }),
  drafts: () =>
    queryOptions({
      queryKey: ["drafts"],
      queryFn: ({ signal }) => answer(api.GET("/api/v2/pods/drafts", { signal })),
    }),
  draft: (id: string) =>
    queryOptions({
      queryKey: ["draft", id],
      queryFn: ({ signal }) =>
        answer(api.GET("/api/v2/pods/drafts/{id}", { signal, params: { path: { id } } })),
    }),
  estimate: (configuration: Shape<"ConfigurationRequest">) =>
    queryOptions({
      queryKey: ["estimate", configuration],
      placeholderData: keepPreviousData,
      queryFn: ({ signal }) =>
        answer(api.POST("/api/v2/pods/estimate", { signal, body: configuration })),
    }),
  quote: (id: string) =>
    queryOptions({
      queryKey: ["quote", id],
      queryFn: ({ signal }) =>
        answer(api.GET("/api/v2/pods/quotes/{id}", { signal, params: { path: { id } } })),
    }),

  pods: () =>
    infiniteQueryOptions({
      queryKey: ["pods", "all"],
      initialPageParam: undefined as string | undefined,
      queryFn: ({ signal, pageParam }) =>
        answer(
          api.GET("/api/v2/pods", { signal, params: { query: { limit: 25, cursor: pageParam } } }),
        ),
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  /** The pods that have not ended: never more than the plan allows, and a few that are ending. */
  livePods: () =>
    queryOptions({
      queryKey: ["pods", "live"],
      queryFn: async ({ signal }) => {
        const items: Shape<"PodView">[] = [];
        let cursor: string | undefined;
        do {
          const page: Shape<"PodsPage"> = await answer(
            api.GET("/api/v2/pods", {
              signal,
              params: { query: { live: true, limit: 50, cursor } },
            }),
          );
          items.push(...page.items);
          cursor = page.next_cursor ?? undefined;
        } while (cursor);
        return { items };
      },
    }),
  pod: (id: string) =>
    queryOptions({
      queryKey: ["pod", id],
      queryFn: ({ signal }) =>
        answer(api.GET("/api/v2/pods/{id}", { signal, params: { path: { id } } })),
    }),
  podEvents: (id: string) =>
    queryOptions({
      queryKey: ["pod", id, "events"],
      queryFn: ({ signal }) =>
        answer(api.GET("/api/v2/pods/{id}/events", { signal, params: { path: { id } } })),
    }),
  activity: (limit: number) =>
    infiniteQueryOptions({
      queryKey: ["activity", limit],
      initialPageParam: undefined as string | undefined,
      queryFn: ({ signal, pageParam }) =>
        answer(
          api.GET("/api/v2/activity", { signal, params: { query: { limit, cursor: pageParam } } }),
        ),
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  notifications: () =>
    infiniteQueryOptions({
      queryKey: ["notifications"],
      initialPageParam: undefined as string | undefined,
      queryFn: ({ signal, pageParam }) =>
        answer(
          api.GET("/api/v2/notifications", { signal, params: { query: { cursor: pageParam } } }),
        ),
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  /** What the person wants to be told when it costs less. */
  priceAlerts: () =>
    queryOptions({
      queryKey: ["price-alerts"],
      queryFn: ({ signal }) => answer(api.GET("/api/v2/price-alerts", { signal })),
    }),

  wallet: () =>
    queryOptions({
      queryKey: ["wallet"],
      queryFn: ({ signal }) => answer(api.GET("/api/v2/billing/wallet", { signal })),
    }),
  /** What came in and was charged, with the balance after each line; usage of a day is one line. */
  charges: () =>
    infiniteQueryOptions({
      queryKey: ["statement"],
      initialPageParam: undefined as string | undefined,
      queryFn: ({ signal, pageParam }) =>
        answer(
          api.GET("/api/v2/billing/charges", {
            signal,
            params: { query: { limit: 30, cursor: pageParam } },
          }),
        ),
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  /**
   * Every transaction, of which there is one a minute for each pod: read when it is opened, and no
   * push reloads its many pages.
   */
  ledger: () =>
    infiniteQueryOptions({
      queryKey: ["ledger"],
      staleTime: 0,
      initialPageParam: undefined as string | undefined,
      queryFn: ({ signal, pageParam }) =>
        answer(
          api.GET("/api/v2/billing/statement", {
            signal,
            params: { query: { limit: 100, cursor: pageParam } },
          }),
        ),
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  /** What was captured per pod and day, both days included, as YYYY-MM-DD in UTC. */
  usage: (from: string, to: string) =>
    queryOptions({
      queryKey: ["usage", from, to],
      queryFn: ({ signal }) =>
        answer(api.GET("/api/v2/billing/usage", { signal, params: { query: { from, to } } })),
    }),
  invoices: () =>
    queryOptions({
      queryKey: ["invoices"],
      queryFn: ({ signal }) => answer(api.GET("/api/v2/billing/invoices", { signal })),
    }),
  invoice: (period: string) =>
    queryOptions({
      queryKey: ["invoices", period],
      queryFn: ({ signal }) =>
        answer(
          api.GET("/api/v2/billing/invoices/{period}", { signal, params: { path: { period } } }),
        ),
    }),
  cards: () =>
    queryOptions({
      queryKey: ["cards"],
      queryFn: ({ signal }) => answer(api.GET("/api/v2/billing/payment-methods", { signal })),
    }),
  /** What a plan would cost now and next; it charges nothing. */
  planPreview: (plan: Shape<"PlanId">, interval: "month" | "year") =>
    queryOptions({
      queryKey: ["subscription", "preview", plan, interval],
      // Amounts stand for a quarter of an hour; those of an earlier look are of no use.
      staleTime: 600_000,
      gcTime: 0,
      queryFn: ({ signal }) =>
        answer(
          api.POST("/api/v2/billing/subscription/preview", { signal, body: { plan, interval } }),
        ),
    }),
  subscription: () =>
    queryOptions({
      queryKey: ["subscription"],
      queryFn: ({ signal }) => answer(api.GET("/api/v2/billing/subscription", { signal })),
    }),
};

/** The parameters of `GET /offers`, without the cursor. */
export type OfferSearch = Omit<
  NonNullable<import("./schema.d.ts").operations["list_offers"]["parameters"]["query"]>,
  "cursor"
>;

/**
 * A query that is on its way for the first time is not asked again by an invalidation, and its
 * answer may be from before the change: it is asked once more when it is there.
 */
function invalidate(client: QueryClient, queryKey: string[]) {
  const first = client
    .getQueryCache()
    .findAll({ queryKey, fetchStatus: "fetching" })
    .filter((query) => query.state.data === undefined);
  void client.invalidateQueries({ queryKey });
  for (const query of first)
    void query.promise
      ?.catch(() => undefined)
      .then(() => client.invalidateQueries({ queryKey: query.queryKey, exact: true }));
}

/**
 * Marks as out of date what a frame is about; after a lost connection, everything that changes by
 * itself.
 */
export function outdate(client: QueryClient, frame: Frame | "catch-up") {
  const old = (...keys: string[][]) => keys.forEach((queryKey) => invalidate(client, queryKey));
  if (frame === "catch-up")
    old(
      ["pods"],
      ["pod"],
      ["activity"],
      ["notifications"],
      ["price-alerts"],
      ["wallet"],
      ["me"],
      ["statement"],
      ["usage"],
      ["invoices"],
      ["offers"],
      ["offer"],
      ["estimate"],
      ["providers"],
      ["facets"],
    );
  else if (frame.type === "pod.changed")
    old(["pods"], ["pod", frame.pod_id], ["activity"], ["notifications"]);
  else if (frame.type === "wallet.changed")
    old(["wallet"], ["me"], ["statement"], ["usage"], ["invoices"], ["pods"], ["pod"]);
  // An alert whose price has come is over.
  else old(["offers"], ["offer"], ["estimate"], ["providers"], ["facets"], ["price-alerts"]);
}
