import { describe, expect, it } from "vitest";
import { type Ranked, vanished, withGone } from "./gone.ts";

const row = (id: string) =>
  ({ rank: 1, score: 1, explanation: [], machine: `m-${id}`, offer: { id } }) as unknown as Ranked;
const rows = (...ids: string[]) => ids.map(row);
const ids = (of: readonly Ranked[]) => of.map(({ offer }) => offer.id).join("");

describe("offers that go", () => {
  it("are told from those that stay, with where they stood", () => {
    expect(
      vanished(rows("a", "b", "c"), rows("c", "a", "d")).map(({ row: { offer }, at }) => [
        offer.id,
        at,
      ]),
    ).toEqual([["b", 1]]);
    expect(vanished([], rows("a"))).toEqual([]);
  });

  it("stay where they stood, greyed, while the others move", () => {
    const before = rows("a", "b", "c", "d");
    const now = rows("c", "a", "e");
    const shown = withGone(now, vanished(before, now));
    expect(ids(shown)).toBe("cbade");
    expect(shown.filter(({ gone }) => gone).map(({ offer }) => offer.id)).toEqual(["b", "d"]);
  });

  it("are as they were once they are back", () => {
    expect(withGone(rows("a", "b"), [{ row: row("b"), at: 0 }]).some(({ gone }) => gone)).toBe(
      false,
    );
  });

  it("stand at the end where the list has become shorter", () => {
    expect(ids(withGone(rows("a"), [{ row: row("z"), at: 40 }]))).toBe("az");
  });
});
