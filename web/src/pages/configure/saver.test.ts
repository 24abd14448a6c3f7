import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../api/errors.ts";
import { type Saved, Saver } from "./saver.ts";

const fields = (name: string) => ({
  name,
  offer_id: "off_1",
  template_id: "ssh",
  disk_gib: null,
  ssh_key_ids: [],
});
const draft = (version: number, name: string) => ({
  id: "draft_1",
  version,
  fields: fields(name),
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
});
const refusal = (status: number, code: string) => new ApiError(status, code, code);

function setUp(existing: ReturnType<typeof draft> | null = null) {
  const states: Saved[] = [];
  const calls = {
    create: vi.fn((wanted: { name?: string | null }) =>
      Promise.resolve(draft(1, wanted.name ?? "")),
    ),
    save: vi.fn((_: string, version: number, wanted: { name?: string | null }) =>
      Promise.resolve(draft(version + 1, wanted.name ?? "")),
    ),
    read: vi.fn(() => Promise.resolve(draft(9, "theirs"))),
  };
  const saver = new Saver(calls, (state) => states.push(state), existing);
  return { saver, calls, last: () => states.at(-1) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a draft", () => {
  it("is made by the first change, once changes rest, and saved over its version after that", async () => {
    const { saver, calls, last } = setUp();
    saver.want(fields("a"));
    saver.want(fields("ab"));
    await vi.advanceTimersByTimeAsync(799);
    expect(calls.create).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(calls.create.mock.calls).toEqual([[fields("ab")]]);
    expect(last()).toEqual({ kind: "saved" });
    saver.want(fields("abc"));
    await vi.advanceTimersByTimeAsync(800);
    expect(calls.save.mock.calls).toEqual([["draft_1", 1, fields("abc")]]);
  });

  it("is saved once more when it changed during a save, and never twice at once", async () => {
    const { saver, calls } = setUp(draft(3, "a"));
    let answer = (_: ReturnType<typeof draft>) => {};
    calls.save.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    saver.want(fields("b"));
    await vi.advanceTimersByTimeAsync(800);
    saver.want(fields("c"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(calls.save).toHaveBeenCalledTimes(1);
    answer(draft(4, "b"));
    await vi.advanceTimersByTimeAsync(0);
    expect(calls.save.mock.calls[1]).toEqual(["draft_1", 4, fields("c")]);
  });

  it("is not saved where nothing changed", async () => {
    const { saver, calls } = setUp(draft(3, "a"));
    await saver.keep(fields("a"));
    expect(calls.save).not.toHaveBeenCalled();
  });

  it("is saved for every choice that changed", async () => {
    for (const choice of [{ any_region: true }, { relaunch: true }]) {
      const { saver, calls } = setUp(draft(3, "a"));
      await saver.keep({ ...fields("a"), ...choice });
      expect(calls.save).toHaveBeenCalledTimes(1);
    }
  });

  it("says that a save failed, and saves again with the next change", async () => {
    const { saver, calls, last } = setUp(draft(3, "a"));
    calls.save.mockRejectedValueOnce(refusal(0, "network"));
    await saver.keep(fields("b"));
    expect(last()?.kind).toBe("failed");
    await saver.keep(fields("b"));
    expect(last()).toEqual({ kind: "saved" });
  });

  it("is made anew when it was removed elsewhere and is changed here", async () => {
    const { saver, calls, last } = setUp(draft(3, "a"));
    calls.save.mockRejectedValueOnce(refusal(404, "not_found"));
    await saver.keep(fields("b"));
    expect(calls.create.mock.calls).toEqual([[fields("b")]]);
    expect(last()).toEqual({ kind: "saved" });
  });
});

describe("a conflict", () => {
  const conflicted = async () => {
    const made = setUp(draft(3, "a"));
    made.calls.save.mockRejectedValueOnce(refusal(409, "draft_changed"));
    await made.saver.keep(fields("mine"));
    return made;
  };

  it("shows theirs and saves nothing until it is settled", async () => {
    const { saver, calls, last } = await conflicted();
    expect(last()).toEqual({ kind: "conflict", theirs: draft(9, "theirs") });
    saver.want(fields("mine too"));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(calls.save).toHaveBeenCalledTimes(1);
  });

  it("ends with mine over their version", async () => {
    const { saver, calls, last } = await conflicted();
    await saver.keepMine();
    expect(calls.save.mock.calls[1]).toEqual(["draft_1", 9, fields("mine")]);
    expect(last()).toEqual({ kind: "saved" });
  });

  it("ends with theirs, unsaved", async () => {
    const { saver, calls, last } = await conflicted();
    expect(saver.takeTheirs()).toEqual(fields("theirs"));
    await saver.flush();
    expect(calls.save).toHaveBeenCalledTimes(1);
    expect(last()).toEqual({ kind: "saved" });
  });

  it("is none when the other version is our own save, whose answer was lost", async () => {
    const { saver, calls, last } = setUp(draft(3, "a"));
    calls.save.mockRejectedValueOnce(refusal(409, "draft_changed"));
    calls.read.mockResolvedValueOnce(draft(4, "mine"));
    await saver.keep(fields("mine"));
    expect(last()).toEqual({ kind: "saved" });
    await saver.keep(fields("more"));
    expect(calls.save.mock.calls[1]).toEqual(["draft_1", 4, fields("more")]);
  });
});
