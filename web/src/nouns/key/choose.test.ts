import { expect, it } from "vitest";
import { needsKey, POD_KEYS_MAX, usualKeys, withKey } from "./choose.ts";

const keys = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `key_${index}`,
    created_at: `2026-11-${10 + index}T00:00:00Z`,
  }));

it("a new pod begins with all keys, or with the newest of too many", () => {
  expect(usualKeys([])).toEqual([]);
  expect(usualKeys(keys(2))).toEqual(["key_1", "key_0"]);
  expect(usualKeys(keys(7))).toEqual(["key_6", "key_5", "key_4", "key_3", "key_2"]);
});

it("a key is chosen once, and no more than a pod takes", () => {
  expect(withKey(["a"], "b")).toEqual(["a", "b"]);
  expect(withKey(["a", "b"], "b")).toEqual(["a", "b"]);
  expect(withKey(["1", "2", "3", "4", "5"], "6")).toHaveLength(POD_KEYS_MAX);
});

it("a template whose only way in is SSH needs a key", () => {
  expect(needsKey({ readiness: "ssh_banner" })).toBe(true);
  expect(needsKey({ readiness: { http: 8888 } })).toBe(false);
  expect(needsKey(undefined)).toBe(false);
});
