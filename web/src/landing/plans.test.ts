import { expect, it } from "vitest";
import plans from "../../../infra/seeds/plans.json";

const [free, pro, enterprise] = plans as [(typeof plans)[0], (typeof plans)[0], (typeof plans)[0]];
const of = (rate: number, { brokerage_basis_points: points }: typeof free) =>
  `$${((rate * points) / 10_000).toFixed(2)}`;

it("what plans say of themselves is what they are", () => {
  for (const { running_pods_max: most, brokerage_basis_points: points, features } of plans) {
    expect(features[0]).toBe(`${most} running ${most === 1 ? "pod" : "pods"}`);
    expect(features[1]).toContain(`${points / 100}% brokerage`);
  }
  expect(pro.features[1]).toContain(`${of(2, pro)} on a $2.00 hour, not ${of(2, free)}`);
  expect(enterprise.features[1]).toContain(`${of(2, enterprise)} on a $2.00 hour`);
  const spared = (free.brokerage_basis_points - pro.brokerage_basis_points) / 10_000;
  expect(pro.features[2]).toContain(`$${pro.monthly_usd_micros / 1e6 / spared} of GPU time`);
});
