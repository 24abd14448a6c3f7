// The lines of ~/.ssh/config by which a pod is reached under its name.

import type { Shape } from "../../api/client.ts";

/** A pod's name as an SSH host alias: letters, digits, dots, dashes and underscores. */
export function hostAlias(name: string): string {
  return (
    name
      .trim()
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[-.]+|-+$/g, "") || "pod"
  );
}

export const sshConfig = (name: string, { host, ssh_port, ssh_user }: Shape<"Address">): string =>
  [
    `Host ${hostAlias(name)}`,
    `  HostName ${host}`,
    `  Port ${ssh_port}`,
    `  User ${ssh_user}`,
  ].join("\n");
