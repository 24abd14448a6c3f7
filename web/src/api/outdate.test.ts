import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { outdate } from "./queries.ts";

const CHANGED = { type: "pod.changed", pod_id: "pod_1", version: 2 } as Parameters<
  typeof outdate
>[1];

test("alerts are outdated by a new market, in which their price may have come", () => {
  const client = new QueryClient();
  const isOld = (frame: Parameters<typeof outdate>[1]) => {
    client.setQueryData(["price-alerts"], { items: [] });
    outdate(client, frame);
    return client.getQueryState(["price-alerts"])?.isInvalidated;
  };
  expect(isOld({ type: "offers.changed", mode: "LIVE", snapshot_id: "snap_2" })).toBe(true);
  expect(isOld("catch-up")).toBe(true);
  expect(isOld(CHANGED)).toBe(false);
});

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
