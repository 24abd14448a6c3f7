// Where browsing begins: machines with one GPU. Across all counts the largest machines rank first.

export const FIRST_SEARCH = { gpu_count: 1 } as const;
export const FIRST_OFFERS = `/offers?gpu_count=${FIRST_SEARCH.gpu_count}`;
