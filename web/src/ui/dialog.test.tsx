import { render, screen } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { DIALOG } from "../shell/test-app.tsx";
import { Confirm, Segments } from "./index.ts";

beforeEach(() => void Object.assign(HTMLDialogElement.prototype, DIALOG));

const asked = (more: Partial<Parameters<typeof Confirm>[0]>) =>
  render(
    <Confirm
      open
      onClose={() => undefined}
      title="End llama?"
      action="End the pod"
      onConfirm={async () => undefined}
      {...more}
    >
      Its disk is lost.
    </Confirm>,
  );
const button = (name: string) => screen.getByRole("button", { name });

it("a dangerous act is red, and the focus begins at what stays", () => {
  asked({ danger: true, keep: "Keep the pod", mode: "SANDBOX" });
  expect(button("End the pod").className).toContain("bg-bad ");
  expect(document.activeElement).toBe(button("Keep the pod"));
});

it("a harmless act begins at its own button, which is not red", () => {
  asked({ mode: "SANDBOX" });
  expect(button("End the pod").className).not.toContain("bg-bad");
  expect(document.activeElement).toBe(button("End the pod"));
  expect(button("Cancel")).toBeTruthy();
});

it("in LIVE the focus begins in the field for the name", () => {
  asked({ mode: "LIVE", name: "llama", danger: true });
  expect(document.activeElement).toBe(screen.getByRole("textbox"));
});

it("a segmented control is a group of radio buttons, with none checked for another value", () => {
  const options = [
    ["a", "One"],
    ["b", "Two"],
  ] as const;
  const { rerender } = render(
    <Segments label="Which" value="b" options={options} onChange={() => undefined} />,
  );
  const checked = () => screen.getAllByRole<HTMLInputElement>("radio").map(({ checked: is }) => is);
  expect(screen.getByRole("group", { name: "Which" })).toBeTruthy();
  expect(checked()).toEqual([false, true]);
  rerender(<Segments label="Which" value={null} options={options} onChange={() => undefined} />);
  expect(checked()).toEqual([false, false]);
});
