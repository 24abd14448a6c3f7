// Before each file of unit tests: nothing of the files before it is left.

import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll, vi } from "vitest";

// Our modules are made anew for each file, with what they remember.
vi.resetModules();

beforeAll(() => {
  document.body.replaceChildren();
  localStorage.clear();
  sessionStorage.clear();
});

afterEach(cleanup);
