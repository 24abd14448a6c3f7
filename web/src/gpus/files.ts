// The pages as files: what stands in the head and the body of each, by its path.

import type { Gpus } from "./models.ts";
import { INDEX, pagesOf } from "./models.ts";
import { gpuHead, indexHead } from "./head.ts";
import { indexBody } from "./index-page.ts";
import { gpuBody } from "./page.ts";

interface Parts {
  head: string;
  body: string;
}

export function gpuFiles(gpus: Gpus): Map<string, Parts> {
  const pages = pagesOf(gpus);
  const files = new Map<string, Parts>(
    pages.map((page) => [
      page.path,
      { head: gpuHead(page, gpus.as_of), body: gpuBody(page, pages, gpus.as_of) },
    ]),
  );
  return files.set(INDEX, {
    head: indexHead(pages, gpus.as_of),
    body: indexBody(pages, gpus.as_of),
  });
}

/** Puts a page's parts where the file has its marks; throws where one is missing. */
export function filled(html: string, parts: Parts): string {
  const put = (text: string, name: keyof Parts): string => {
    const mark = `<!--${name}-->`;
    if (!text.includes(mark)) throw new Error(`There is no ${mark} in the file of GPUs.`);
    return text.replace(mark, () => parts[name]);
  };
  return put(put(html, "head"), "body");
}
