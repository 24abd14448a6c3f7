// The limits of a configuration, the same as the API's, so that they are shown before it is asked.

import type { Shape } from "../../api/client.ts";

type Offer = Pick<Shape<"OfferView">, "disk" | "gpu">;
type Template = Pick<Shape<"Template">, "disk_gib_min">;

export interface DiskRange {
  least: number;
  most: number;
  included: number;
}

/** The disk sizes that suit both a machine and a template, GiB. */
export const diskRange = (
  { disk }: Pick<Offer, "disk">,
  template: Pick<Template, "disk_gib_min"> | undefined,
): DiskRange => ({
  least: Math.max(disk.included_gib, template?.disk_gib_min ?? 0),
  most: disk.max_gib,
  included: disk.included_gib,
});

const gib = (size: number) => `${size.toLocaleString("en-US")} GiB`;

/** What is wrong with a disk, or null. */
export function diskProblem(size: number | null, { least, most }: DiskRange): string | null {
  if (least > most)
    return (
      `This template needs ${gib(least)}, and this cloud offers up to ${gib(most)}. Choose ` +
      "another template or machine."
    );
  if (size === null) return null;
  if (!Number.isInteger(size)) return "Enter a whole number of GiB.";
  if (size > most) return `This cloud offers up to ${gib(most)}.`;
  return size < least ? `This machine and template need at least ${gib(least)}.` : null;
}

export type Place = "disk" | "keys" | "offer" | "price";

/** Which part of the page a refusal is about. */
export function placeOfRefusal(code: string | null): Place {
  if (code === "disk_too_small" || code === "disk_too_large") return "disk";
  if (code === "too_many_ssh_keys") return "keys";
  return code === "sold_out" || code === "not_found" ? "offer" : "price";
}
