// Finding and filling places of a page.

export const all = (selector: string, within: ParentNode = document) => [
  ...within.querySelectorAll<HTMLElement>(selector),
];
export const write = (selector: string, text: string, within?: ParentNode) =>
  all(selector, within).forEach((place) => {
    // What stands in a `noscript` is text too, but nobody sees it.
    if (place.firstElementChild || place.textContent !== text) place.textContent = text;
  });
