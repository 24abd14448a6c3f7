// Where browsing begins: with a choice of GPU or workload, which the page offers without a search.

export const FIRST_SEARCH = {} as const;
export const FIRST_OFFERS = "/offers";

/** One GPU of a kind, on demand: what most people compare, and what "from" prices are of. */
export const oneOnDemand = (gpu: string) => ({ gpu, gpu_count: 1 }) as const;
/** The same as an address. */
export const oneOnDemandPath = (gpu: string): string =>
  `/offers?${new URLSearchParams({ gpu, gpu_count: "1" })}`;
/** Every offer there is; across kinds of GPU only the price can be compared. */
export const EVERY_OFFER = { sort: "price_asc" } as const;
