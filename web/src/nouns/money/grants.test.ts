import { expect, it } from "vitest";
import { grantName } from "./grants.ts";

it.each([
  ["signup", "Sign-up credit"],
  ["spring-gift", "Spring gift"],
])("calls %s %s", (id, name) => expect(grantName(id)).toBe(name));
