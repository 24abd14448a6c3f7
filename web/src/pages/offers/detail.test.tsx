import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleOffer } from "../../nouns/offer/sample.ts";
import { closeApp, openApp, refusal } from "../../shell/test-app.tsx";
import { learnTenant } from "../../ui/tenant.ts";

const OFFER = sampleOffer();
const point = (at: string, rate: number) => ({ at, rate_usd_micros_per_hour: rate });
const MOVED = {
  from: "2026-10-23T00:00:00Z",
  until: "2026-11-22T00:00:00Z",
  points: [
    point("2026-10-23T00:00:00Z", 2_400_000),
    point("2026-11-01T00:00:00Z", 2_500_000),
    point("2026-11-08T00:00:00Z", 2_000_000),
  ],
  lowest_rate_usd_micros_per_hour: 2_000_000,
  highest_rate_usd_micros_per_hour: 2_500_000,
};

const open = (prices: unknown, offer: unknown = OFFER, path = `/offers/${OFFER.id}`) =>
  openApp(path, {
    [`GET /offers/${OFFER.id}`]: () => offer,
    [`GET /offers/${OFFER.id}/prices`]: () => prices,
  });
const figures = async () =>
  Array.from(
    (await screen.findByText("Now, per hour")).closest("dl")!.querySelectorAll("dd"),
    ({ textContent }) => textContent,
  );

beforeEach(() => learnTenant({ id: "ten_1", name: "demo", mode: "LIVE", branding: null }));
afterEach(closeApp);

test("says what the price is and was, as figures, as a picture in words, and as a table", async () => {
  await open(MOVED);
  expect(await figures()).toEqual(["$2.00Lowest in 30 days", "$2.008 Nov", "$2.501 Nov"]);
  expect(screen.getByRole("img").getAttribute("aria-label")).toMatch(
    /^From 23 Oct.* to 22 Nov.*: lowest \$2\.00, highest \$2\.50 an hour, 2 changes\.$/,
  );
  const rows = within(screen.getByRole("table", { hidden: true })).getAllByRole("row", {
    hidden: true,
  });
  expect(rows.map(({ textContent }) => textContent?.replace(/^.*:\d\d/, ""))).toEqual([
    "SincePer hourChange",
    "$2.00down 20%",
    "$2.50up 4.2%",
    "$2.40first price",
  ]);
});

test("the days are chosen by radio buttons and kept in the address", async () => {
  const { log, router } = await open(MOVED);
  await figures();
  fireEvent.click(screen.getByRole("radio", { name: "90 days" }));
  await screen.findByText("Lowest in 90 days");
  expect(router.state.location.searchStr).toBe("?days=90");
  expect(log.filter(({ path }) => path.endsWith("/prices"))).toHaveLength(2);
  fireEvent.click(screen.getByRole("radio", { name: "30 days" }));
  await screen.findByText("Lowest in 30 days");
  expect(router.state.location.searchStr).toBe("");
});

test("a price that never changed is no best price, and since when it is known is said", async () => {
  const first = point("2026-11-20T00:00:00Z", 2_000_000);
  await open({ ...MOVED, points: [first], highest_rate_usd_micros_per_hour: 2_000_000 });
  expect(await figures()).toEqual(["$2.00", "$2.00", "$2.00"]);
  screen.getByText("The price has not changed since it was first seen.");
  screen.getByText("First seen on 20 Nov 2026; nothing is older.");
});

test("without a history the offer is shown all the same, and with a failure it can be asked again", async () => {
  await open(refusal(404, "not_found", "There is no such offer."));
  await screen.findByText(/This offer has only just appeared/);
  screen.getByRole("link", { name: "Configure H100 SXM at Lambda, us-east-1" });
  await closeApp();
  await open(refusal(400, "invalid_query", "That cannot be read."));
  await screen.findByText("The price history could not be loaded");
  screen.getByRole("button", { name: "Try again" });
});

test("an offer that is gone leads back to the market, and one that is sold out says so", async () => {
  await open(MOVED, refusal(404, "not_found", "There is no such offer."));
  await screen.findByText("This offer is no longer on the market");
  expect(document.querySelector("main a[href='/offers']")).not.toBeNull();
  await closeApp();
  await open(MOVED, sampleOffer({ stock: "none" }));
  await screen.findByText(/Sold out right now/);
});
