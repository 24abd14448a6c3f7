// A configuration being filled in, with undo.

import type { Shape } from "../../api/client.ts";

/** All fields with a value, as the page shows them. */
export interface Fields {
  name: string;
  offer_id: string;
  template_id: string;
  disk_gib: number | null;
  ssh_key_ids: readonly string[];
  any_region: boolean;
  relaunch: boolean;
}

/** One step to undo: what was changed, and the fields before it. */
export interface Step {
  before: Partial<Fields>;
  at: number;
}

export interface Editing {
  fields: Fields;
  steps: readonly Step[];
}

export type Act =
  | { type: "change"; patch: Partial<Fields>; at: number }
  /** Undoes the last step. */
  | { type: "undo" }
  /** Undoes one step, whichever it is. */
  | { type: "restore"; step: Step }
  /** Starts over with other fields, such as another tab's. */
  | { type: "load"; fields: Fields };

/**
 * Changes to one field that follow each other within this time are one step, as when typing or
 * dragging.
 */
const SAME_STEP_MS = 1_500;
const STEPS_MAX = 50;

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
const keysOf = (part: Partial<Fields>) => Object.keys(part) as (keyof Fields)[];
const part = (of: Fields, keys: readonly (keyof Fields)[]): Partial<Fields> =>
  Object.fromEntries(keys.map((key) => [key, of[key]]));

export function edit(state: Editing, act: Act): Editing {
  const { fields, steps } = state;
  const last = steps.at(-1);
  switch (act.type) {
    case "change": {
      const changed = keysOf(act.patch).filter((key) => !same(fields[key], act.patch[key]));
      if (changed.length === 0) return state;
      const goesOn =
        last &&
        act.at - last.at <= SAME_STEP_MS &&
        same(keysOf(last.before), changed) &&
        changed.length === 1;
      const step = { before: goesOn ? last.before : part(fields, changed), at: act.at };
      return {
        fields: { ...fields, ...act.patch },
        steps: [...(goesOn ? steps.slice(0, -1) : steps), step].slice(-STEPS_MAX),
      };
    }
    case "undo":
      return last ? { fields: { ...fields, ...last.before }, steps: steps.slice(0, -1) } : state;
    case "restore":
      return {
        fields: { ...fields, ...act.step.before },
        steps: steps.filter((step) => step !== act.step),
      };
    case "load":
      return { fields: act.fields, steps: [] };
  }
}

/** Fields as the API stores them: a blank name is no name. */
export const toApi = ({
  name,
  offer_id,
  template_id,
  disk_gib,
  ssh_key_ids,
  any_region,
  relaunch,
}: Fields): Shape<"Fields"> => ({
  name: name.trim() || null,
  offer_id,
  template_id,
  disk_gib,
  ssh_key_ids: [...ssh_key_ids],
  any_region,
  relaunch,
});

/**
 * The fields of a draft, with defaults for what is missing; keys and templates that are gone are
 * left out.
 */
export function fromApi(
  draft: Shape<"Fields"> | undefined,
  fresh: Fields,
  known: { templates: readonly string[]; keys: readonly string[] },
): Fields {
  const template = draft?.template_id;
  return {
    name: draft?.name ?? fresh.name,
    offer_id: draft?.offer_id ?? fresh.offer_id,
    template_id: template && known.templates.includes(template) ? template : fresh.template_id,
    disk_gib: draft?.disk_gib ?? fresh.disk_gib,
    ssh_key_ids: (draft?.ssh_key_ids ?? fresh.ssh_key_ids).filter((id) => known.keys.includes(id)),
    any_region: draft?.any_region ?? fresh.any_region,
    relaunch: draft?.relaunch ?? fresh.relaunch,
  };
}

/** What a quote tells of its configuration; its name and its keys it does not. */
export const fieldsOf = (quote: Shape<"QuoteView">): Shape<"Fields"> => ({
  offer_id: quote.offer_id,
  template_id: quote.template_id,
  disk_gib: quote.disk_gib,
  any_region: quote.any_region,
  relaunch: quote.relaunch,
});

/** What a price is asked for: a draft without its name. */
export const toConfiguration = ({
  offer_id,
  template_id,
  disk_gib,
  ssh_key_ids,
  any_region,
  relaunch,
}: Fields): Shape<"ConfigurationRequest"> => ({
  offer_id,
  template_id,
  disk_gib,
  ssh_key_ids: [...ssh_key_ids],
  any_region,
  relaunch,
});

/** A change in words, once it is made: "Disk is now 200 GiB." */
export function stepInWords(
  step: Step,
  fields: Fields,
  templateName: (id: string) => string,
): string {
  const keys = keysOf(step.before);
  if (keys.includes("template_id")) {
    const disk = keys.includes("disk_gib") ? ", with the disk it needs" : "";
    return `Template is now ${templateName(fields.template_id)}${disk}.`;
  }
  if (keys.includes("disk_gib"))
    return fields.disk_gib === null
      ? "Disk is at its minimum again."
      : `Disk is now ${fields.disk_gib.toLocaleString("en-US")} GiB.`;
  if (keys.includes("ssh_key_ids"))
    return fields.ssh_key_ids.length === 1
      ? "1 SSH key is chosen."
      : `${fields.ssh_key_ids.length} SSH keys are chosen.`;
  if (keys.includes("any_region"))
    return fields.any_region ? "Any region will do." : "Only this region's country will do.";
  if (keys.includes("relaunch"))
    return fields.relaunch
      ? "If its machine is taken away, the pod is deployed again."
      : "If its machine is taken away, the pod ends.";
  return "The name was changed.";
}
