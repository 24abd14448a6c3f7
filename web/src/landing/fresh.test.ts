import { beforeEach, expect, it } from "vitest";
import plans from "../../../infra/seeds/plans.json";
import { rate } from "../lib/money.ts";
import board from "./board.json";
import { type Featured, showBoard, showClouds, showListed, showPlans } from "./fresh.ts";
import { type Board, landing } from "./page.ts";
import { priceWords, yearGives } from "./plan-price.ts";

const text = (selector: string) => document.querySelector(selector)?.textContent;
const seen = (selector: string) =>
  [...document.querySelectorAll<HTMLElement>(selector)].filter(
    (place) => !place.closest("[hidden]"),
  );
const featured = (...families: string[]): Featured => ({
  taken_at: "2026-11-21T00:00:00Z",
  items: families.map((family) => ({
    family,
    rate_per_gpu_usd_micros_per_hour: 2_000_000,
    offer: {
      provider: "lambda",
      gpu: family,
      gpu_count: 1,
      gpu_memory_gib: 80,
      provider_rate_usd_micros_per_hour: 1_850_000,
    },
  })),
});
const shown = (selector: string) => seen(selector).map(({ textContent }) => textContent);

beforeEach(() => {
  document.body.innerHTML = landing(board as Board, plans);
});

it("the board shows the answer's families alone, and again more once there are more", () => {
  expect(seen("[data-family]")).toHaveLength(7);
  showBoard(featured("B200", "A10"));
  expect(
    seen("[data-family]").map((row) => [
      row.dataset.family,
      row.querySelector("[data-gpu]")?.textContent,
      row.querySelector("[data-rate]")?.textContent,
    ]),
  ).toEqual([
    ["B200", "B200", "$2.00"],
    ["A10", "A10", "$2.00"],
  ]);
  expect(seen("[data-family] noscript")).toEqual([]);
  expect(shown("[data-list]")).toEqual(["list $1.85", "list $1.85"]);
  expect(document.querySelector("[data-link]")?.getAttribute("href")).toBe(
    "/offers?gpu=B200&gpu_count=1",
  );
  expect(text("[data-month]")).toBe("$1,460");
  showBoard(featured("B200", "H200", "A10"));
  expect(seen("[data-family]").map(({ dataset }) => dataset.family)).toEqual([
    "B200",
    "H200",
    "A10",
  ]);
});

it("a GPU that is cheapest beside others leads to such machines, and says so", () => {
  const answer = featured("H100");
  Object.assign(answer.items[0]!.offer, { gpu_count: 8, provider_rate_usd_micros_per_hour: 8e6 });
  showBoard(answer);
  expect(text("[data-cloud]")).toBe("Lambda, 80 GB, 8 in one machine");
  expect(text("[data-list]")).toBe("list $1.00");
  expect(document.querySelector("[data-link]")?.getAttribute("href")).toContain("gpu_count=8");
});

it("an answer that says what stands in a noscript is written all the same", () => {
  const [first] = board.featured;
  const answer = featured(first!.family);
  answer.items[0]!.offer = first!.offer;
  showBoard(answer);
  expect(seen("[data-family] noscript")).toEqual([]);
  expect(text("[data-cloud]")).toContain(`${first!.offer.gpu_memory_gib} GB`);
});

it("a price that changed flashes, and one that is new or the same does not", () => {
  const flashing = () => document.querySelectorAll(".animate-flash").length;
  showBoard(featured("B200", "A10"));
  showBoard(featured("B200", "A10"));
  expect(flashing()).toBe(0);
  const dearer = featured("B200", "A10");
  dearer.items[1]!.rate_per_gpu_usd_micros_per_hour = 2_100_000;
  showBoard(dearer);
  expect(flashing()).toBe(1);
});

it("before an answer no price stands there, and without one the clouds' list prices do", () => {
  const visible = () => {
    const copy = document.body.cloneNode(true) as HTMLElement;
    copy.querySelectorAll("noscript").forEach((place) => place.remove());
    return copy.querySelector("#prices")?.textContent ?? "";
  };
  expect(visible()).not.toMatch(/\$/);
  showListed();
  expect(visible()).toContain(`list prices of`);
  const [first] = board.featured;
  expect(visible()).toContain(
    rate(first!.offer.provider_rate_usd_micros_per_hour / first!.offer.gpu_count),
  );
});

it("clouds that the answer lacks are hidden, and the words fit one cloud as well as many", () => {
  const lambda = { provider: "lambda", offers: 112, lowest_rate_usd_micros_per_hour: 594_000 };
  expect(shown("[data-lowest]").join("")).toBe("");
  showClouds({ items: [lambda] });
  expect(
    seen("[data-lowest]").map(({ dataset, textContent }) => [dataset.lowest, textContent]),
  ).toEqual([["lambda", "$0.594"]]);
  expect(shown("[data-clouds]")).toEqual(["Every machine of Lambda"]);
  expect(text("[data-total]")).toBe("112");
  showClouds({
    items: [
      { ...lambda, lowest_rate_usd_micros_per_hour: null },
      { ...lambda, provider: "aws" },
    ],
  });
  expect(text('[data-lowest="lambda"]')).toBe("sold out");
  expect(seen("[data-lowest]")).toHaveLength(2);
  expect(text("[data-clouds]")).toBe("2 clouds");
});

it("plans have the answer's prices, and one that is not sold is hidden", () => {
  expect(text("[data-year-gives]")).toBe("2 months free");
  showPlans({
    items: [{ id: "pro", monthly_usd_micros: 40_000_000, annual_usd_micros: 470_000_000 }],
  });
  expect(seen("[data-plan]").map(({ dataset }) => dataset.plan)).toEqual(["pro"]);
  expect(text('[data-plan="pro"] [data-each="month"]')).toBe("$40");
  expect(text('[data-plan="pro"] [data-each="year"]')).toBe("$39.17");
  expect(text('[data-plan="pro"] [data-billed="year"]')).toBe("$470 billed once a year");
  expect(text("[data-year-gives]")).toBe("");
  showPlans({ items: plans });
  expect(seen("[data-plan]")).toHaveLength(3);
  expect(text('[data-plan="free"] [data-each="year"]')).toBe("$0");
});

it("a year's price a month is rounded up to the cent", () => {
  const plan = { monthly_usd_micros: 29_000_000, annual_usd_micros: 290_000_000 };
  expect(priceWords(plan, "year")).toEqual({ each: "$24.17", billed: "$290 billed once a year" });
  expect(priceWords(plan, "month")).toEqual({ each: "$29", billed: "billed each month" });
  expect(
    yearGives([plan, { monthly_usd_micros: 10_000_000, annual_usd_micros: 110_000_000 }]),
  ).toBe("1 month free");
  expect(yearGives([])).toBe("");
});
