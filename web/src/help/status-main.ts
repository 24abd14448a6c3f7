// Asks the API whether it answers, how old its market is, and how the clouds are doing, every half
// a minute.

import { read } from "../landing/brand.ts";
import { all, write } from "../landing/dom.ts";
import { type CloudStatus, judge, type Verdict } from "./checks.ts";

const AGAIN_MS = 30_000;
const COLOURS = { ok: "bg-ok", warn: "bg-warn", bad: "bg-bad" } as const;

function show(id: string, { state, words }: Verdict) {
  for (const row of all(`[data-check="${id}"]`)) {
    write("[data-result]", words, row);
    all("[data-dot]", row).forEach((dot) => {
      dot.classList.remove("bg-line2", ...Object.values(COLOURS));
      dot.classList.add(COLOURS[state]);
    });
  }
}

async function ask() {
  const began = performance.now();
  const tenant = await read("/tenant").catch(() => null);
  const took = performance.now() - began;
  const market = await read<{ taken_at: string; items: CloudStatus[] }>("/providers").catch(
    () => null,
  );
  const verdicts = judge({
    tookMs: tenant === null ? null : took,
    takenAt: market && Date.parse(market.taken_at),
    clouds: market?.items ?? null,
    now: Date.now(),
  });
  show("api", verdicts.api);
  show("market", verdicts.market);
  show("clouds", verdicts.clouds);
  setTimeout(() => void ask(), AGAIN_MS);
}

void ask();
