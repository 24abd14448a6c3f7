// How to reach a running pod; each line can be copied with one click.

import type { Shape } from "../../api/client.ts";
import { Card, CopyLine, Notice } from "../../ui/index.ts";
import type { PodView } from "./life.ts";
import { sshConfig } from "./ssh.ts";

export function Connect({
  pod,
  connection: { address, ssh_command, jupyter_url },
}: {
  pod: PodView;
  connection: Shape<"Connection">;
}) {
  const hasSsh = pod.ssh_keys > 0;
  return (
    <Card title="Connect">
      <div className="grid grid-cols-1 gap-4">
        {address.simulated && (
          <p className="rounded-control bg-warn-soft px-3 py-2 text-label text-warn">
            This machine is simulated: nothing listens at its address.
          </p>
        )}
        {!hasSsh && (
          <Notice>
            This pod was deployed without an SSH key, so nobody can log in to it by SSH. Keys are
            set at deploy: for SSH, deploy another pod with a key.
          </Notice>
        )}
        {hasSsh && <CopyLine label="SSH command" text={ssh_command} />}
        {jupyter_url && <CopyLine label="Jupyter address" text={jupyter_url} href={jupyter_url} />}
        {hasSsh && <CopyLine label="SSH config" text={sshConfig(pod.name, address)} />}
        <CopyLine label="Host" text={address.host} />
        {address.ports?.map(({ port, public: outside }) => (
          <CopyLine key={port} label={`Port ${port}`} text={`${address.host}:${outside}`} />
        ))}
      </div>
    </Card>
  );
}
