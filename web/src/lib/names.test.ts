import { describe, expect, it } from "vitest";
import plans from "../../../infra/seeds/plans.json";
import templates from "../../../infra/seeds/templates.json";
import board from "../landing/board.json";
import { cloudName, grantName, planName, statedRegion, templateName } from "./names.ts";

describe("no identifier is shown", () => {
  it("every shipped cloud, plan and template has a name of its own", () => {
    for (const { provider } of board.providers) expect(cloudName(provider)).not.toBe(provider);
    for (const { id } of plans) expect(planName(id)).not.toBe(id);
    for (const { id, name } of templates) expect(templateName(id)).toBe(name);
  });

  it("what is unknown is at least spelled out", () => {
    expect(cloudName("new-gpu-cloud")).toBe("New Gpu Cloud");
    expect([planName("team_large"), templateName("comfy-ui"), grantName("welcome")]).toEqual([
      "Team large",
      "Comfy ui",
      "Welcome",
    ]);
  });

  it("free credit says what for, and a region only what its cloud says", () => {
    expect(grantName("signup")).toBe("Sign-up credit");
    expect([statedRegion("us-east-1"), statedRegion("unspecified")]).toEqual(["us-east-1", null]);
  });
});
