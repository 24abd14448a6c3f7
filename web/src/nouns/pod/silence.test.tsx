import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { attempt, at, samplePod } from "./sample.ts";
import { Silences } from "./silence.tsx";

test("a silent cloud is told of once, and one that answers is not", () => {
  const launched = { ...attempt(1, "launched"), provider: "lambda" };
  const silent = samplePod({ attempts: [launched], cloud_silent_since: at(600) });
  const other = samplePod({ attempts: [attempt(1, "launched")] });
  render(<Silences pods={[silent, silent, other]} />);
  const told = screen.getAllByText(/has not answered us since/);
  expect(told).toHaveLength(1);
  expect(told[0]?.textContent).toMatch(/^Lambda has not answered us since/);
});
