import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { samplePod } from "../../nouns/pod/sample.ts";
import { closeApp, openApp, refusal } from "../../shell/test-app.tsx";
import { learnTenant } from "../../ui/tenant.ts";
import type { CloudView } from "./words.ts";

const TENANT = { id: "ten_1", name: "demo", mode: "LIVE", branding: null } as const;
const POD = samplePod({
  name: "llama",
  attempts: [
    {
      number: 1,
      provider: "lambda",
      region: "us-east-1",
      outcome: "launched",
      started_at: "2026-11-22T00:00:00Z",
    },
  ],
});
const ago = (secs: number) => new Date(Date.now() - secs * 1_000).toISOString();
const cloud = (provider: string, fields: Partial<CloudView> = {}): CloudView => ({
  provider,
  offers: 31,
  offers_available: 29,
  regions: 3,
  lowest_rate_usd_micros_per_hour: 1_250_000,
  status: "healthy",
  read_at: ago(130),
  read_millis: 240,
  ...fields,
});
const open = (items: CloudView[] | unknown[], path = "/clouds", signedIn = false) =>
  openApp(
    path,
    {
      "GET /providers": () =>
        items.length > 0 && !("provider" in (items[0] as object))
          ? items
          : { taken_at: ago(60), items },
      "GET /auth/me": () => ({ plan: { id: "FREE" }, tenant: TENANT }),
      "GET /pods": () => ({ items: [POD, samplePod({ name: "elsewhere" })] }),
    },
    { signedIn },
  );
const table = async () => within(await screen.findByRole("table"));
const names = async () =>
  (await table()).getAllByRole("rowheader").map(({ textContent }) => textContent);

beforeEach(() => learnTenant(TENANT));
afterEach(closeApp);

test("each cloud is a row of what is known of it, and leads to its offers", async () => {
  const launches = { launches: 20, succeeded: 19, start_secs: 95 };
  await open([
    cloud("aws", { launches }),
    cloud("lambda", { lowest_rate_usd_micros_per_hour: null }),
  ]);
  const rows = (await table())
    .getAllByRole("row")
    .map((row) => Array.from(row.children, ({ textContent }) => textContent));
  expect(rows[1]).toEqual([
    "AWS",
    "Healthyanswered 2 min ago",
    "29of 31, 3 regions",
    "$1.25",
    "19 of 20 launches95%",
    "95 smedian",
    "240 ms",
    "Browse",
  ]);
  expect(rows[2]?.slice(3, 6)).toEqual(["nothing in stock", "No launches yet", "not known"]);
  const link = screen.getByRole("link", { name: "Browse the offers of AWS" });
  expect(link.getAttribute("href")).toBe("/offers?provider=aws&sort=price_asc");
});

test("a column sorts, and the order is in the address", async () => {
  const { router } = await open([
    cloud("aws", { read_millis: 900 }),
    cloud("lambda", { read_millis: 90 }),
  ]);
  expect(await names()).toEqual(["AWS", "Lambda"]);
  fireEvent.click(screen.getByRole("button", { name: "Answer" }));
  await screen.findByRole("columnheader", { name: "Answer", hidden: false });
  expect(await names()).toEqual(["Lambda", "AWS"]);
  expect(router.state.location.searchStr).toBe("?sort=answer");
});

test("a cloud in trouble is explained above the list, with the reader's own pods there", async () => {
  await open(
    [cloud("aws"), cloud("lambda", { status: "silent", read_at: ago(120) })],
    "/clouds",
    true,
  );
  await screen.findByText(/has not answered since .* Your pod there, llama, goes on running\./);
});

test("in SANDBOX no cloud is asked, and the page says so instead of showing empty columns", async () => {
  await open([cloud("aws", { read_at: null, read_millis: null })]);
  await screen.findByText(/no cloud is asked/);
  expect((await table()).queryByRole("columnheader", { name: "Answer" })).toBeNull();
  screen.getByText("Simulated");
});

test("no cloud and no answer are told apart", async () => {
  await open([]);
  await screen.findByText("No cloud is connected");
  await closeApp();
  await open(refusal(404, "tenant_not_found", "Nobody is here.") as unknown[]);
  await screen.findByText("The clouds could not be loaded");
});
