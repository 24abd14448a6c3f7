import { expect, it } from "vitest";
import { localMailbox } from "./mailbox.ts";

it("is there on one machine only", () => {
  expect(localMailbox("a+b@example.com", "localhost")).toBe("/mail?to=a%2Bb%40example.com");
  expect(localMailbox("a@example.com", "live.localhost")).toBe("/mail?to=a%40example.com");
  expect(localMailbox("a@example.com", "gpubroker.example")).toBeNull();
  expect(localMailbox("a@example.com", "notlocalhost")).toBeNull();
  expect(localMailbox(undefined, "localhost")).toBeNull();
});
