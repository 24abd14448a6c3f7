import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleOffer, samplePage, sampleRow } from "../../nouns/offer/sample.ts";
import { closeApp, openApp, type Sent } from "../../shell/test-app.tsx";
import { learnTenant } from "../../ui/tenant.ts";

const MACHINE = "h100-sxm-80gib-x8-spot";
const EIGHT = sampleOffer({ gpu_count: 8, spot: true });
const ELSEWHERE = sampleOffer({
  id: "off_00000000000000000002",
  provider: "vast-ai",
  gpu_count: 8,
  spot: true,
});

/** A market where two clouds sell the machine, or none has it in stock. */
const open = (soldOut = false) =>
  openApp(`/offers?machine=${MACHINE}`, {
    "GET /offers": ({ query }: Sent) => {
      const rows = [EIGHT, ELSEWHERE].map((offer) => sampleRow(MACHINE, offer, { clouds: 2 }));
      if (query.group === "cloud") return samplePage(rows);
      if (!soldOut || query.available === "false") return samplePage(rows.slice(0, 1));
      const nearest = [{ offer: EIGHT, misses: ["available" as const] }];
      const relax = [
        { filter: "available" as const, rows: 1 },
        { filter: "machine" as const, rows: 30 },
      ];
      return samplePage([], { unmatched: { relax, nearest } });
    },
  });
const pill = () => screen.findByRole("button", { name: "8 × H100 SXM, 80 GiB each, spot" });
const listed = (log: Sent[]) =>
  log.filter(({ query }) => query.limit === "50").map(({ query }) => query);

beforeEach(() => learnTenant({ id: "ten_1", name: "demo", mode: "LIVE", branding: null }));
afterEach(closeApp);

test("a link to a machine shows it in words, spot as it is, with all clouds that sell it", async () => {
  const { log } = await open();
  await pill();
  await screen.findByText("Vast.ai");
  expect(listed(log)[0]).toEqual({
    group: "machine",
    machine: MACHINE,
    spot: "any",
    limit: "50",
  });
  expect(log.find(({ query }) => query.group === "cloud")?.query.machine).toBe(MACHINE);
});

test("the machine gives way to all with its GPU, or to any", async () => {
  const { router } = await open();
  fireEvent.click(await pill());
  fireEvent.click(screen.getByRole("button", { name: "All machines with H100 SXM" }));
  await screen.findByRole("button", { name: "H100 SXM" });
  expect(router.state.location.searchStr).toBe("?gpu=H100+SXM");
  // The pill is gone with the button that had the focus.
  const filters = screen.getByRole("group", { name: "Filters" });
  expect(document.activeElement).toBe(filters);
  expect(within(filters).queryByRole("button", { name: /80 GiB each/ })).toBeNull();
  await closeApp();

  const { router: other } = await open();
  fireEvent.click(await pill());
  fireEvent.click(screen.getByRole("button", { name: "Any machine" }));
  await screen.findByRole("button", { name: "GPU" });
  expect(other.state.location.searchStr).toBe("");
});

test("sold out, it keeps its name and can be relaxed", async () => {
  const { router } = await open(true);
  await pill();
  const ways = await screen.findByRole("list", { name: "Filters to relax" });
  fireEvent.click(within(ways).getByRole("button", { name: /Include what is sold out/ }));
  await screen.findByText("Vast.ai");
  expect(router.state.location.searchStr).toBe(`?machine=${MACHINE}&sold_out=true`);
});
