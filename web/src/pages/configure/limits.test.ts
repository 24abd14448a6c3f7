import { describe, expect, it } from "vitest";
import { diskProblem, diskRange, placeOfRefusal } from "./limits.ts";

const offer = { disk: { included_gib: 50, max_gib: 2000, rate_usd_micros_per_gib_hour: 110 } };

describe("the disk", () => {
  it("is at least what is included and what the template needs", () => {
    expect(diskRange(offer, { disk_gib_min: 20 })).toEqual({ least: 50, most: 2000, included: 50 });
    expect(diskRange(offer, { disk_gib_min: 80 }).least).toBe(80);
    expect(diskRange(offer, undefined).least).toBe(50);
  });

  it("keeps to the cloud's limits, and says them", () => {
    const range = diskRange(offer, { disk_gib_min: 80 });
    expect([80, 2000, null].map((size) => diskProblem(size, range))).toEqual([null, null, null]);
    expect(diskProblem(2001, range)).toBe("This cloud offers up to 2,000 GiB.");
    expect(diskProblem(79, range)).toBe("This machine and template need at least 80 GiB.");
    expect(diskProblem(80.5, range)).toBe("Enter a whole number of GiB.");
    expect(diskProblem(Number.NaN, range)).toBe("Enter a whole number of GiB.");
  });

  it("cannot be had where the template needs more than the cloud offers", () => {
    expect(
      diskProblem(null, diskRange({ disk: { ...offer.disk, max_gib: 60 } }, { disk_gib_min: 80 })),
    ).toMatch(/needs 80 GiB.*up to 60 GiB/);
  });
});

it("refusals are said where they belong", () => {
  expect(
    [
      "disk_too_large",
      "disk_too_small",
      "too_many_ssh_keys",
      "sold_out",
      "not_found",
      "internal",
      null,
    ].map(placeOfRefusal),
  ).toEqual(["disk", "disk", "keys", "offer", "offer", "price", "price"]);
});
