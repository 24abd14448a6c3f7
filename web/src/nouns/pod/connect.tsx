// How to reach a running pod; each line can be copied with one click.

import type { Shape } from "../../api/client.ts";
import { Card, CopyLine } from "../../ui/index.ts";
import { sshConfig } from "./ssh.ts";

export function Connect({ name, connection }: { name: string; connection: Shape<"Connection"> }) {
  const { address, ssh_command, jupyter_url } = connection;
  return (
    <Card title="Connect">
      <div className="grid grid-cols-1 gap-4">
        {address.simulated && (
          <p className="rounded-control bg-warn-soft px-3 py-2 text-label text-warn">
            This machine is simulated: nothing answers at its address.
          </p>
        )}
        <CopyLine label="SSH command" text={ssh_command} />
        {jupyter_url && <CopyLine label="Jupyter address" text={jupyter_url} href={jupyter_url} />}
        <CopyLine label="SSH config" text={sshConfig(name, address)} />
        <CopyLine label="Host" text={address.host} />
      </div>
    </Card>
  );
}
