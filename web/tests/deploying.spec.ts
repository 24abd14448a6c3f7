// What only a browser shows of deploying: what is in sight, and what moves.

import { call, deploy, expect, test } from "./kit.ts";

test("on a phone the countdown and Deploy are in sight at once", async ({ page, person }) => {
  const { items } = await call<{ items: { offer: { id: string } }[] }>(
    page.request,
    person,
    "GET",
    "/offers?gpu=RTX+4090&limit=1",
  );
  const quote = await call<{ id: string }>(page.request, person, "POST", "/pods/quotes", {
    offer_id: items[0]?.offer.id,
    template_id: "jupyter",
  });
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 700 });
    await page.goto(`/review/${quote.id}?name=small`);
    await expect(page.getByRole("button", { name: /^Deploy at/ })).toBeInViewport({ ratio: 1 });
    await expect(page.getByText(/^[01]:\d\d$/)).toBeInViewport({ ratio: 1 });
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(over, `overflow at ${width}`).toBeLessThanOrEqual(0);
  }
});

test("stopping a pod in the list moves nothing but its own words", async ({ page, person }) => {
  interface Item {
    offer: { gpu: string; provider: string; stoppable: boolean };
  }
  const { items } = await call<{ items: Item[] }>(
    page.request,
    person,
    "GET",
    "/offers?gpu_count=1&sort=price_asc&limit=50",
  );
  const { gpu, provider } = items.find(({ offer }) => offer.stoppable)!.offer;
  await deploy(page, person, "running", {
    name: "steady",
    offers: { gpu, provider, gpu_count: "1" },
  });
  await page.goto("/pods");
  const places = () =>
    Promise.all(
      [
        page.getByRole("link", { name: "steady" }),
        page.getByRole("button", { name: "End steady" }),
      ].map((one) => one.boundingBox()),
    );
  const stop = page.getByRole("button", { name: "Stop steady" });
  await expect(stop).toBeVisible();
  const before = await places();
  await stop.click();
  await expect(page.getByRole("main").getByText("Stopped", { exact: true })).toBeVisible({
    timeout: 30_000,
  });
  expect(await places()).toEqual(before);
});
