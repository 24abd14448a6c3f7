// Where browsing begins: machines of one GPU. Across counts the largest machines rank first for everyone.

export const FIRST_SEARCH = { gpu_count: 1 } as const;
export const FIRST_OFFERS = `/offers?gpu_count=${FIRST_SEARCH.gpu_count}`;
