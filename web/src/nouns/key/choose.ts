// Which SSH keys may log in to a pod.

import type { Shape } from "../../api/client.ts";

/** As many as the API takes. */
export const POD_KEYS_MAX = 5;

/** The keys a new pod begins with: all of its owner's, or the newest of more than it can take. */
export const usualKeys = (
  keys: readonly Pick<Shape<"SshKeyView">, "id" | "created_at">[],
): string[] =>
  [...keys]
    .sort((one, other) => other.created_at.localeCompare(one.created_at))
    .slice(0, POD_KEYS_MAX)
    .map(({ id }) => id);

/** The chosen keys and one more; a key that is chosen already stays chosen once. */
export const withKey = (chosen: readonly string[], id: string): string[] =>
  [...new Set([...chosen, id])].slice(0, POD_KEYS_MAX);

/** Whether SSH is the only way in, so that a pod without a key could not be used. */
export const needsKey = (template: Pick<Shape<"Template">, "readiness"> | undefined): boolean =>
  template?.readiness === "ssh_banner";
