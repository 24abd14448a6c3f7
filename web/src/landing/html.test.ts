import { expect, it } from "vitest";
import plans from "../../../infra/seeds/plans.json";
import board from "./board.json";
import { html } from "./html.ts";
import { landing, type Board } from "./page.ts";

it("escapes values and keeps markup", () => {
  const bad = `<img src=x onerror="alert('1')">&`;
  expect(
    html`<p title="${bad}">${bad}${html`<b>${[1, null, false, undefined, "x"]}</b>`}</p>`.text,
  ).toBe(
    '<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;">' +
      "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;<b>1x</b></p>",
  );
});

it("the landing page names every cloud and plan, and has no script or style of its own", () => {
  const page = landing(board as Board, plans);
  for (const { provider } of board.providers) expect(page).toContain(`data-lowest="${provider}"`);
  for (const { id } of plans) expect(page).toContain(`data-plan="${id}"`);
  expect(page).not.toMatch(/<script|<style|style=|onclick/);
});
