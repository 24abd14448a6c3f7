import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Popover } from "./menu.tsx";

const opened = (children: React.ReactNode) => {
  render(<Popover label="GPU">{children}</Popover>);
  fireEvent.click(screen.getByRole("button", { name: "GPU" }));
};

it("opening moves the focus to the panel's first control, and Escape back to the button", () => {
  opened(<input aria-label="Search GPUs" />);
  expect(document.activeElement).toBe(screen.getByLabelText("Search GPUs"));
  fireEvent.keyDown(screen.getByLabelText("Search GPUs"), { key: "Escape" });
  expect(screen.queryByLabelText("Search GPUs")).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "GPU" }));
});

it("among radio buttons the focus begins at the chosen one", () => {
  opened(
    <>
      <input type="radio" name="order" aria-label="Best value" />
      <input type="radio" name="order" aria-label="Price" defaultChecked />
    </>,
  );
  expect(document.activeElement).toBe(screen.getByLabelText("Price"));
});
