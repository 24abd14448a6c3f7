// What the browser tests share: a person with an account, their mails, and a page that may log no
// error.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type APIRequestContext, expect, type Page, test as base } from "@playwright/test";

export { expect };

export const PASSWORD = "correct horse battery";

/** Errors a test expects the browser to log, each by a part of its text. */
type Expected = string[];

export interface Person {
  name: string;
  email: string;
  token: string;
}

interface Kit {
  /** A part of each console error that the test provokes on purpose. */
  expectedErrors: Expected;
  /** Somebody registered through the API, whose session the page has. */
  person: Person;
}

export const freshEmail = () => `w${randomBytes(6).toString("hex")}@example.com`;

export const test = base.extend<Kit>({
  expectedErrors: async ({}, use) => {
    await use([]);
  },
  page: async ({ page, expectedErrors }, use) => {
    const errors: string[] = [];
    watch(page, errors);
    await use(page);
    expect(
      errors.filter((text) => !expectedErrors.some((part) => text.includes(part))),
      "errors in the console",
    ).toEqual([]);
  },
  person: async ({ page }, use) => {
    await use(await signUp(page));
  },
});

/** Collects what a page logs as an error. */
export function watch(page: Page, errors: string[]) {
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => errors.push(String(error)));
}

/** Registers somebody through the API and gives the page's browser their session. */
export async function signUp(page: Page, name = "Ada Lovelace"): Promise<Person> {
  const email = freshEmail();
  const { request } = page;
  expect(
    (
      await request.post("/api/v2/auth/register", { data: { name, email, password: PASSWORD } })
    ).status(),
  ).toBe(202);
  const login = await request.post("/api/v2/auth/login", { data: { email, password: PASSWORD } });
  expect(login.status()).toBe(200);
  await page.addInitScript(() => {
    if (!sessionStorage.getItem("gpb.test")) {
      sessionStorage.setItem("gpb.test", "1");
      localStorage.setItem("gpb.session", "1");
    }
  });
  return { name, email, token: (await login.json()).access_token };
}

/** Calls the API as `person`; throws on a refusal. */
export async function call<T = Record<string, never>>(
  request: APIRequestContext,
  person: Person,
  method: string,
  path: string,
  data?: unknown,
): Promise<T> {
  const key =
    method === "POST" ? { "idempotency-key": randomBytes(12).toString("hex") } : undefined;
  const response = await request.fetch(`/api/v2${path}`, {
    method,
    data,
    headers: { authorization: `Bearer ${person.token}`, ...key },
  });
  expect(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`).toBe(
    true,
  );
  return response.status() === 204 ? (undefined as T) : response.json();
}

interface Mail {
  subject: string;
  text: string;
}

/** The newest mail to `email` whose subject holds `subject`. */
export async function mail(
  request: APIRequestContext,
  email: string,
  subject: string | RegExp,
): Promise<Mail> {
  let found: Mail | undefined;
  await expect
    .poll(
      async () => {
        const mails: Mail[] = await (
          await request.get(`/mail/messages.json?to=${encodeURIComponent(email)}`)
        ).json();
        found = mails.find((one) =>
          typeof subject === "string" ? one.subject.includes(subject) : subject.test(one.subject),
        );
        return found !== undefined;
      },
      { message: `a mail "${subject}" to ${email}`, timeout: 30_000 },
    )
    .toBe(true);
  return found as Mail;
}

/** The path of the first link in a mail that begins with `path`. */
export function linkIn({ text }: Mail, path: string): string {
  const link = text
    .match(/https?:\/\/\S+/g)
    ?.map((url) => new URL(url))
    .find((url) => url.pathname.startsWith(path));
  expect(link, `a link to ${path} in ${text}`).toBeDefined();
  return `${link?.pathname}${link?.search}${link?.hash}`;
}

interface Deployed {
  podId: string;
  offerId: string;
}

/** Deploys a pod through the API, by default on the cheapest RTX 4090; `until` says how far. */
export async function deploy(
  page: Page,
  person: Person,
  until: "opened" | "ready" | "running",
  more: {
    offers?: Record<string, string>;
    scenario?: string;
    name?: string;
    /** The SSH keys that may log in. */
    keys?: string[];
  } = {},
): Promise<Deployed> {
  const { request } = page;
  const query = new URLSearchParams({
    limit: "1",
    sort: "price_asc",
    ...(more.offers ?? { gpu: "RTX 4090", gpu_count: "1" }),
  });
  const { items } = await call<{ items: { offer: { id: string } }[] }>(
    request,
    person,
    "GET",
    `/offers?${query}`,
  );
  const offerId = items[0]?.offer.id ?? "";
  const quote = await call<{ id: string }>(request, person, "POST", "/pods/quotes", {
    offer_id: offerId,
    template_id: "jupyter",
    ssh_key_ids: more.keys,
  });
  const pod = await call<{ id: string }>(request, person, "POST", "/pods", {
    quote_id: quote.id,
    name: more.name ?? "first",
    scenario: more.scenario,
  });
  if (until !== "opened") {
    await expectState(page, person, pod.id, "ready");
    if (until === "running") await activate(page, person, pod.id);
  }
  return { podId: pod.id, offerId };
}

/** Activates a ready pod through the API, with the link from its mail. */
export async function activate(page: Page, person: Person, podId: string) {
  const link = linkIn(await mail(page.request, person.email, "is ready"), "/activate");
  const token = new URLSearchParams(link.split("#")[1]).get("token");
  await call(page.request, person, "POST", "/pods/activate", { pod_id: podId, token });
  await expectState(page, person, podId, "running");
}

export const expectState = (page: Page, person: Person, podId: string, state: string) =>
  expect
    .poll(
      async () =>
        (await call<{ state: string }>(page.request, person, "GET", `/pods/${podId}`)).state,
      { message: `pod ${state}`, timeout: 60_000 },
    )
    .toBe(state);

/**
 * Runs a scheduled function as its schedule would at `at`; works only where the local AWS is known.
 */
export async function runSchedule(name: string, at: Date) {
  const endpoint = process.env.GPUBROKER_AWS_ENDPOINT;
  const outputs = process.env.GPUBROKER_OUTPUTS;
  if (!endpoint || !outputs) throw new Error("schedules can be run under `make test-web` only");
  const stack = (JSON.parse(readFileSync(outputs, "utf8")).TenantsTable as string).replace(
    /-tenants$/,
    "",
  );
  const response = await fetch(`${endpoint}/2015-03-31/functions/${stack}-${name}/invocations`, {
    method: "POST",
    // The local AWS reads the credential but does not check the signature.
    headers: {
      authorization:
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, " +
        "SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify({
      id: "00000000-0000-0000-0000-000000000000",
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: "000000000000",
      time: at.toISOString().replace(/\.\d+Z$/, "Z"),
      region: "us-east-1",
      resources: [],
      detail: {},
    }),
  });
  expect(
    response.ok && !response.headers.has("x-amz-function-error"),
    `${name}: ${await response.text()}`,
  ).toBe(true);
}
