import { describe, expect, it } from "vitest";
import plans from "../../../infra/seeds/plans.json";
import board from "../landing/board.json";
import { cloudName, planName, statedRegion } from "./names.ts";

describe("no identifier is shown", () => {
  it("every shipped cloud and plan has a name of its own", () => {
    for (const { provider } of board.providers) expect(cloudName(provider)).not.toBe(provider);
    for (const { id } of plans) expect(planName(id)).not.toBe(id);
  });

  it("what is unknown is at least spelled out", () => {
    expect(cloudName("new-gpu-cloud")).toBe("New Gpu Cloud");
    expect(planName("team_large")).toBe("Team large");
  });

  it("a region says only what its cloud says", () => {
    expect([statedRegion("us-east-1"), statedRegion("unspecified")]).toEqual(["us-east-1", null]);
  });
});
