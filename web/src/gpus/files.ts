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

/** Puts a page's parts where the file has its marks. */
export const filled = (html: string, { head, body }: Parts): string =>
  html.replace("<!--head-->", () => head).replace("<!--body-->", () => body);
