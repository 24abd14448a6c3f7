import { expect, it } from "vitest";
import { linkOf } from "./link.ts";

it("reads the pod and the token, with or without the #", () => {
  expect(linkOf("#pod_id=pod_1&token=abc")).toEqual({ podId: "pod_1", token: "abc" });
  expect(linkOf("token=abc&pod_id=pod_1 ")).toEqual({ podId: "pod_1", token: "abc" });
});

it.each(["", "#", "#pod_id=pod_1", "#token=abc", "#pod_id=&token=abc"])(
  "knows that %j is not whole",
  (hash) => {
    expect(linkOf(hash)).toBeNull();
  },
);
