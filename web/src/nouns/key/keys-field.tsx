// Who may log in to a pod: some of one's SSH keys, or a new one added here.

import { Plus } from "lucide-react";
import { useState } from "react";
import type { Shape } from "../../api/client.ts";
import { KEYS_MAX } from "../../lib/ssh-key.ts";
import { Button, CheckBox, ErrorNote, Notice } from "../../ui/index.ts";
import { AddKey } from "./add-key.tsx";
import { POD_KEYS_MAX, withKey } from "./choose.ts";

interface KeysFieldProps {
  keys: readonly Shape<"SshKeyView">[];
  chosen: readonly string[];
  /** SSH is the only way into the pod. */
  needed: boolean;
  error: string | null;
  /** What was chosen last is still being saved. */
  busy?: boolean;
  onChange: (ids: string[]) => void;
}

export function KeysField({ keys, chosen, needed, error, busy = false, onChange }: KeysFieldProps) {
  const [adding, setAdding] = useState(false);
  const full = chosen.length >= POD_KEYS_MAX;
  const choose = (id: string, on: boolean) =>
    onChange(on ? withKey(chosen, id) : chosen.filter((other) => other !== id));
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {keys.length > 0 && (
        <fieldset className="min-w-0" aria-busy={busy || undefined}>
          <legend className="sr-only">SSH keys</legend>
          {keys.map((key) => (
            <KeyBox
              key={key.id}
              of={key}
              checked={chosen.includes(key.id)}
              disabled={full && !chosen.includes(key.id)}
              onChange={(on) => !busy && choose(key.id, on)}
            />
          ))}
        </fieldset>
      )}
      {error && <ErrorNote>{error}</ErrorNote>}
      {chosen.length === 0 && <Keyless needed={needed} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {keys.length < KEYS_MAX && !full && (
          <Button busy={busy} onClick={() => setAdding(true)}>
            {!busy && <Plus size={15} aria-hidden />}
            Add a key
          </Button>
        )}
        {full && <p className="text-label text-mute">A pod takes up to {POD_KEYS_MAX} keys.</p>}
      </div>
      <AddKey
        open={adding}
        onClose={() => setAdding(false)}
        // A key added here is meant for this pod.
        onAdded={({ id }) => choose(id, true)}
        known={keys}
      />
    </div>
  );
}

function KeyBox({
  of: { name, fingerprint },
  checked,
  disabled,
  onChange,
}: {
  of: Shape<"SshKeyView">;
  checked: boolean;
  disabled: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <CheckBox
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.target.checked)}
      className="py-1 [&>span]:min-w-0"
      label={
        <>
          <span className="block font-medium break-words">{name}</span>
          <span className="block truncate font-mono text-label text-mute">{fingerprint}</span>
        </>
      }
    />
  );
}

const Keyless = ({ needed }: { needed: boolean }) => (
  <Notice>
    {needed
      ? "No SSH key is chosen. SSH is the only way into this template: you could not use the pod."
      : "No SSH key is chosen. You could open the pod in a browser, but not log in by SSH."}{" "}
    Keys cannot be added once the pod is deployed.
  </Notice>
);
