import { describe, expect, it } from "vitest";
import { edit, type Editing, type Fields, fromApi, stepInWords, toApi } from "./draft.ts";

const fields: Fields = {
  name: "my-h100",
  offer_id: "off_1",
  template_id: "ssh",
  disk_gib: null,
  ssh_key_ids: [],
  any_region: false,
  relaunch: false,
};
const fresh: Editing = { fields, steps: [] };
const change = (state: Editing, patch: Partial<Fields>, at: number) =>
  edit(state, { type: "change", patch, at });

describe("edit", () => {
  it("takes every step back, in the opposite order", () => {
    const changes: Partial<Fields>[] = [
      { template_id: "vllm", disk_gib: 80 },
      { disk_gib: 120 },
      { ssh_key_ids: ["k1"] },
      { name: "x" },
      { disk_gib: 90 },
    ];
    const states = [fresh];
    changes.forEach((patch, index) =>
      states.push(change(states.at(-1) as Editing, patch, index * 10_000)),
    );
    let state = states.at(-1) as Editing;
    for (const before of states.slice(0, -1).reverse()) {
      state = edit(state, { type: "undo" });
      expect(state.fields).toEqual(before.fields);
    }
    expect(edit(state, { type: "undo" })).toBe(state);
  });

  it("makes one step of typing and dragging, and a new one after a pause or for another field", () => {
    const typed = ["m", "my", "my-p"].reduce(
      (state, name, index) => change(state, { name }, index * 300),
      fresh,
    );
    expect(typed.steps).toEqual([{ before: { name: "my-h100" }, at: 600 }]);
    expect(change(typed, { name: "z" }, 5_000).steps).toHaveLength(2);
    expect(change(typed, { disk_gib: 100 }, 700).steps).toHaveLength(2);
  });

  it("does nothing for a change that changes nothing", () => {
    expect(change(fresh, { name: "my-h100", ssh_key_ids: [] }, 1)).toBe(fresh);
  });

  it("restores one step and leaves later ones alone", () => {
    const first = change(fresh, { disk_gib: 200 }, 0);
    const second = change(first, { name: "other" }, 10_000);
    const [step] = first.steps;
    const restored = edit(second, { type: "restore", step: step! });
    expect(restored.fields).toEqual({ ...fields, name: "other" });
    expect(restored.steps).toHaveLength(1);
  });

  it("begins anew with another tab's fields", () => {
    const theirs = { ...fields, name: "theirs" };
    expect(edit(change(fresh, { name: "mine" }, 0), { type: "load", fields: theirs })).toEqual({
      fields: theirs,
      steps: [],
    });
  });
});

describe("drafts of the API", () => {
  const known = { templates: ["ssh", "vllm"], keys: ["k1"] };

  it("come back as they were saved", () => {
    const filled: Fields = {
      name: "a",
      offer_id: "off_2",
      template_id: "vllm",
      disk_gib: 80,
      ssh_key_ids: ["k1"],
      any_region: true,
      relaunch: true,
    };
    expect(fromApi(toApi(filled), fields, known)).toEqual(filled);
  });

  it("lose keys and templates that are gone, and gain what they lack", () => {
    expect(
      fromApi({ name: null, template_id: "old", ssh_key_ids: ["k1", "k2"] }, fields, known),
    ).toEqual({ ...fields, ssh_key_ids: ["k1"] });
  });

  it("keep a blank name as none", () => {
    expect(toApi({ ...fields, name: "  " }).name).toBeNull();
  });
});

it("says what a step did", () => {
  const say = (patch: Partial<Fields>) => {
    const state = change(fresh, patch, 0);
    return stepInWords(state.steps[0]!, state.fields, (id) => id.toUpperCase());
  };
  expect(say({ disk_gib: 2000 })).toBe("Disk is now 2,000 GiB.");
  expect(say({ template_id: "vllm" })).toBe("Template is now VLLM.");
  expect(say({ template_id: "vllm", disk_gib: 80 })).toBe(
    "Template is now VLLM, with the disk it needs.",
  );
  expect(say({ ssh_key_ids: ["k1"] })).toBe("1 SSH key is chosen.");
  expect(say({ any_region: true })).toBe("Any region will do.");
  expect(say({ relaunch: true })).toBe("If its machine is taken away, the pod is deployed again.");
  expect(say({ name: "b" })).toBe("The name was changed.");
});
