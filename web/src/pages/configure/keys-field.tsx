// Who may log in to the pod: some of one's SSH keys, or a new one added here.

import { useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useRef, useState } from "react";
import type { Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { KEYS_MAX } from "../../lib/ssh-key.ts";
import { Button, CheckBox, ErrorNote, Notice } from "../../ui/index.ts";
import { AddKey } from "../../nouns/key/add-key.tsx";
import { POD_KEYS_MAX } from "./limits.ts";

interface KeysFieldProps {
  keys: readonly Shape<"SshKeyView">[];
  chosen: readonly string[];
  needed: boolean;
  error: string | null;
  onChange: (ids: string[]) => void;
}

export function KeysField({ keys, chosen, needed, error, onChange }: KeysFieldProps) {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const before = useRef<ReadonlySet<string>>(new Set());
  const full = chosen.length >= POD_KEYS_MAX;
  const add = () => {
    before.current = new Set(keys.map(({ id }) => id));
    setAdding(true);
  };
  // A key added here is meant for this pod.
  const added = () => {
    setAdding(false);
    const fresh = (client.getQueryData(queries.keys().queryKey)?.items ?? [])
      .filter(({ id }) => !before.current.has(id))
      .map(({ id }) => id);
    if (fresh.length > 0) onChange([...chosen, ...fresh].slice(0, POD_KEYS_MAX));
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {keys.length > 0 && (
        <fieldset className="min-w-0">
          <legend className="sr-only">SSH keys</legend>
          {keys.map(({ id, name, fingerprint }) => {
            const on = chosen.includes(id);
            return (
              <CheckBox
                key={id}
                checked={on}
                disabled={!on && full}
                onChange={(event) =>
                  onChange(
                    event.target.checked ? [...chosen, id] : chosen.filter((other) => other !== id),
                  )
                }
                className="py-1 [&>span]:min-w-0"
                label={
                  <>
                    <span className="block font-medium break-words">{name}</span>
                    <span className="block truncate font-mono text-label text-mute">
                      {fingerprint}
                    </span>
                  </>
                }
              />
            );
          })}
        </fieldset>
      )}
      {error && <ErrorNote>{error}</ErrorNote>}
      {chosen.length === 0 &&
        (needed ? (
          <Notice>
            No key is chosen. SSH is the only way into this template: without a key you could not
            use the pod.
          </Notice>
        ) : (
          <p className="text-mute">
            {keys.length === 0 ? "You have no SSH keys yet. " : ""}Without a key you can reach the
            pod only through its ports, not by SSH.
          </p>
        ))}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {keys.length < KEYS_MAX && (
          <Button onClick={add}>
            <Plus size={15} aria-hidden />
            Add a key
          </Button>
        )}
        {full && <p className="text-label text-mute">A pod takes up to {POD_KEYS_MAX} keys.</p>}
      </div>
      <AddKey open={adding} onClose={added} known={keys} />
    </div>
  );
}
