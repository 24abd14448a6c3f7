import { expect, it, vi } from "vitest";
import { nextPage } from "./more.tsx";

const pages = (count: number) => ({
  isError: false,
  data: { pages: Array.from({ length: count }) },
});
const query = (...answers: { isError: boolean; data?: unknown }[]) => {
  const fetchNextPage = vi.fn();
  for (const answer of answers) fetchNextPage.mockResolvedValueOnce(answer);
  return {
    ...pages(1),
    hasNextPage: true,
    isFetchNextPageError: false,
    error: null,
    fetchNextPage,
  };
};

it("asks again when news cut the page off, and cuts nothing off itself", async () => {
  const cut = query(pages(1), pages(2));
  await nextPage(cut);
  expect(cut.fetchNextPage.mock.calls).toEqual([
    [{ cancelRefetch: false }],
    [{ cancelRefetch: false }],
  ]);
});

it("asks once when the page comes, or is refused", async () => {
  for (const answer of [pages(2), { ...pages(1), isError: true }]) {
    const asked = query(answer);
    await nextPage(asked);
    expect(asked.fetchNextPage).toHaveBeenCalledOnce();
  }
});
