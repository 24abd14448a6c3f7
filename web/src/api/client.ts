// The API, typed by its own OpenAPI document.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.d.ts";
import { authorised } from "./session.ts";

const client = createClient<paths>({ fetch: authorised, baseUrl: location.origin });

/** The document's shapes by name, such as `Shape<"PodView">`. */
export type Shape<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What a call answered; refusals have already been thrown as `ApiError`. */
async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

type Get = typeof client.GET;
type Post = typeof client.POST;
type Put = typeof client.PUT;
type Delete = typeof client.DELETE;

export const api: { GET: Get; POST: Post; PUT: Put; DELETE: Delete } = client;
export { answer };

/** A new idempotency key: made once per intent, kept for its retries. */
export const freshKey = (): string => crypto.randomUUID();
