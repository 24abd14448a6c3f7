import { beforeEach, expect, it } from "vitest";
import gpus from "../landing/gpus.json";
import { gpuFiles } from "./files.ts";
import { rowsOf, showIndex, showListed, showPrices } from "./fresh.ts";
import { PRICES_ID, type Row } from "./models.ts";

const files = gpuFiles(gpus);
const open = (path: string): HTMLElement => {
  const { head, body } = files.get(path)!;
  document.head.innerHTML = head;
  document.body.innerHTML = body;
  return document.querySelector("article")!;
};
const row = (provider: string, dollars: number, fields: Partial<Row> = {}): Row => ({
  provider,
  gpu: "H100 SXM",
  gpu_count: 1,
  gpu_memory_gib: 80,
  spot: false,
  rate_usd_micros_per_hour: dollars * 1e6,
  ...fields,
});
const text = (selector: string) => document.querySelector(selector)?.textContent;
const structured = () => JSON.parse(text(`#${PRICES_ID}`) ?? "null");

let article: HTMLElement;
beforeEach(() => {
  article = open("/gpus/h100-sxm/");
});

it("the broker's prices take the place of the list prices, everywhere at once", () => {
  expect(structured().description).toContain("List prices");
  showPrices(
    article,
    [
      row("lambda", 24, { gpu_count: 8 }),
      row("runpod", 3.25),
      row("vast-ai", 1.75, { spot: true }),
    ],
    "Acme",
  );
  expect(text('[data-figure="on-demand"]')).toBe("$3.00");
  expect(text('[data-figure="spot"]')).toBe("$1.75");
  expect(text('[data-figure="clouds"]')).toBe("3");
  expect(article.querySelectorAll("noscript, [data-waiting]").length).toBe(1);
  const cells = [...article.querySelectorAll("tbody tr")].map((line) =>
    [...line.children].map((cell) => cell.textContent?.trim()),
  );
  expect(cells).toEqual([
    ["Lambda", "8 × 80 GB$24.00 for all", "$3.00", "$24.00"],
    ["RunPod", "80 GB", "$3.25", "$3.25"],
    ["Vast.ai", "80 GB", "$1.75", "$1.75"],
  ]);
  expect(article.querySelector("tbody a")?.getAttribute("href")).toBe(
    "/offers?gpu=H100+SXM&gpu_count=8&provider=lambda",
  );
  expect(structured()).toMatchObject({
    description: expect.stringMatching(/Prices at Acme, now\.$/),
    offers: { lowPrice: "1.75", highPrice: "3.25", offerCount: 3, seller: { name: "Acme" } },
  });
});

it("that nothing is in stock is said, and nothing is offered to search engines", () => {
  showPrices(article, [], "Acme");
  expect(text("[data-prices]")).toBe("None in stock here right now.");
  expect(text('[data-figure="on-demand"]')).toBe("none in stock");
  expect(structured()).toBeNull();
});

it("without an answer the clouds' list prices stand there", () => {
  showListed(article);
  expect(article.querySelectorAll("noscript, [data-waiting]").length).toBe(0);
  expect(text("[data-taken]")).toMatch(/List prices of the clouds, without our fee/);
  expect(article.querySelectorAll("tbody tr").length).toBeGreaterThan(10);
  expect(text('[data-figure="on-demand"]')?.trim()).toMatch(/^\$\d/);
});

it("a family's page names the model of each machine", () => {
  article = open("/gpus/h100/");
  showPrices(article, [row("lambda", 24, { gpu_count: 8 })], "Acme");
  expect(text("tbody td")).toContain("8 × H100 SXM");
});

it("the list has the lowest price of one GPU, on demand if there is one, also for a family", () => {
  article = open("/gpus/");
  const from = (name: string) =>
    [...article.querySelectorAll("tbody tr")]
      .find((line) => line.querySelector("a")?.textContent === name)
      ?.querySelector("[data-from]")?.textContent;
  showIndex(article, [
    row("lambda", 16, { gpu_count: 8 }),
    row("aws", 3),
    row("runpod", 2.5, { gpu: "H100 PCIe" }),
    row("vast-ai", 1, { spot: true }),
    row("vast-ai", 0.05, { spot: true, gpu: "GTX 1660" }),
  ]);
  const names = ["H100 SXM", "H100 PCIe", "H100", "GTX 1660", "A100"];
  expect(names.map(from)).toEqual(["$2.00", "$2.50", "$2.00", "$0.050 spot", "none in stock"]);
});

it("of the API's offers only what is shown is kept", () => {
  const offer = { ...row("aws", 1), id: "off_1", as_of: "2020-01-01" };
  expect(rowsOf({ items: [{ offer }] })).toEqual([row("aws", 1)]);
});
