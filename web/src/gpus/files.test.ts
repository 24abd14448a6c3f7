import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import gpus from "../landing/gpus.json";
import { filled, gpuFiles } from "./files.ts";
import { pagesOf, slugOf } from "./models.ts";

const files = gpuFiles(gpus);
const h100 = filled(readFileSync("gpus.html", "utf8"), files.get("/gpus/h100-sxm/")!);
const parsed = (html: string) => new DOMParser().parseFromString(html, "text/html");

it("a page says what it is about, in one heading, title, description and address each", () => {
  const page = parsed(h100);
  expect(page.title).toBe("H100 SXM price per hour, cloud by cloud · GPUBROKER");
  expect(
    page.querySelectorAll("h1, title, meta[name=description], link[rel=canonical]"),
  ).toHaveLength(4);
  expect(page.querySelector("h1")?.textContent).toBe("H100 SXM price per hour");
  expect(page.querySelector("link[rel=canonical]")?.getAttribute("href")).toBe("/gpus/h100-sxm/");
  expect(page.querySelector("meta[name=description]")?.getAttribute("content")).toMatch(
    /list prices per GPU-hour from \$\d+\.\d\d on demand and \$\d+\.\d\d\d? spot, as of 6 Aug/,
  );
  expect(page.querySelector("article a[href^='/offers']")?.getAttribute("href")).toBe(
    "/offers?gpu=H100+SXM",
  );
});

it("without scripts list prices stand there, and with them no price before the API's", () => {
  const [plain, scripted] = [parsed(h100), parsed(h100)];
  for (const place of plain.querySelectorAll("article noscript")) place.outerHTML = place.innerHTML;
  const text = plain.querySelector("article")?.textContent ?? "";
  expect(text).toMatch(/List prices of the clouds, without our fee, as of \d+ Aug 2026/);
  expect(text).toContain("Lambda");
  expect(plain.querySelectorAll("tbody tr").length).toBeGreaterThan(10);
  scripted.querySelectorAll("article noscript").forEach((place) => place.remove());
  expect(scripted.querySelector("article")?.textContent).not.toMatch(/\$\d/);
});

it("the prices that search engines read are valid JSON, and said to be list prices", () => {
  for (const [path, { head }] of files) {
    const data = parsed(head).querySelector("script[type='application/ld+json']")?.textContent;
    if (path === "/gpus/") expect(data).toBeUndefined();
    else {
      const { name, description, offers } = JSON.parse(data ?? "");
      expect(name, path).toMatch(/ GPU, per hour$/);
      expect(description, path).toMatch(/List prices of the clouds as of/);
      expect(Number(offers.lowPrice), path).toBeGreaterThan(0);
      expect(Number(offers.highPrice), path).toBeGreaterThanOrEqual(Number(offers.lowPrice));
      expect(offers.offerCount, path).toBeGreaterThan(0);
    }
  }
});

it("a file without the marks is refused, so that no page is built empty", () => {
  const parts = { head: "$1", body: "$&" };
  expect(filled("<!--head--><!--body-->", parts)).toBe("$1$&");
  for (const html of ["", "<!--head-->", "<!--body-->"])
    expect(() => filled(html, parts)).toThrow("There is no");
});

it("no page has a script that runs or a style of its own, and each links to the list", () => {
  for (const [path, { body }] of files) {
    expect(body, path).not.toMatch(/<script|<style|style=|onclick/);
    expect(body, path).toContain('href="/gpus/"');
    expect(body.match(/<h1/g), path).toHaveLength(1);
  }
  const list = files.get("/gpus/")!.body;
  for (const { path } of pagesOf(gpus)) expect(list).toContain(`href="${path}"`);
});

it("the edge knows every GPU's page, and no other", () => {
  const template = readFileSync("../template.yaml", "utf8");
  const code = template.slice(template.indexOf("const GPUS"), template.indexOf("function handler"));
  const known: RegExp = new Function(`${code}; return GPUS`)();
  const slugs = pagesOf(gpus).map(({ name }) => slugOf(name));
  const listed =
    code
      .match(/"[^"]*"/g)
      ?.join("")
      .replaceAll('"', "")
      .split(/[|()]/) ?? [];
  // What is to stand in `template.yaml` is what this expects.
  expect(listed.filter((part) => /^[a-z0-9-]+$/.test(part))).toEqual(slugs);
  for (const path of [
    "/gpus",
    "/gpus/",
    ...slugs.flatMap((slug) => [`/gpus/${slug}`, `/gpus/${slug}/`]),
  ])
    expect(known.test(path), path).toBe(true);
  for (const path of ["/gpus/h100-sxl/", "/gpus/h100/more", "/gpusx", "/gpus/H100", "/a/gpus/h100"])
    expect(known.test(path), path).toBe(false);
});
