import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { outdate } from "./queries.ts";

const CHANGED = { type: "pod.changed", pod_id: "pod_1", version: 2 } as Parameters<
  typeof outdate
>[1];

test("a change that comes before the first answer is not lost", async () => {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  const answers: ((state: string) => void)[] = [];
  const queryFn = vi.fn(() => new Promise<string>((resolve) => answers.push(resolve)));
  const observer = new QueryObserver(client, { queryKey: ["pod", "pod_1"], queryFn });
  const forget = observer.subscribe(() => undefined);
  outdate(client, CHANGED);
  answers[0]?.("provisioning");
  await vi.waitFor(() => expect(queryFn).toHaveBeenCalledTimes(2));
  answers[1]?.("ready");
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe("ready"));
  expect(queryFn).toHaveBeenCalledTimes(2);
  forget();
});
