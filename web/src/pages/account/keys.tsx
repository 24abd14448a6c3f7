// The SSH keys a person logs in to pods with.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { answer, api, type Shape } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { KEYS_MAX } from "../../lib/ssh-key.ts";
import { date } from "../../lib/time.ts";
import { Button, Card, Empty, Failed, IconButton, SkeletonRows } from "../../ui/index.ts";
import { removeLater, useLeaving } from "../../ui/removals.ts";
import { AddKey } from "../../nouns/key/add-key.tsx";

export function Keys() {
  const keys = useQuery(queries.keys());
  const leaving = useLeaving();
  const [adding, setAdding] = useState(false);
  // The button that opened the dialog or removed a key may be gone: then the list takes the focus.
  const list = useRef<HTMLDivElement>(null);
  const opened = useRef(false);
  useEffect(() => {
    if (!adding && opened.current && document.activeElement === document.body)
      list.current?.focus();
    opened.current = adding;
  }, [adding]);
  const shown = keys.data?.items.filter(({ id }) => !leaving.has(id)) ?? [];
  const full = (keys.data?.items.length ?? 0) >= KEYS_MAX;
  const add = (
    <Button tone={shown.length === 0 ? "primary" : "plain"} onClick={() => setAdding(true)}>
      <Plus size={15} aria-hidden />
      Add a key
    </Button>
  );
  return (
    <Card title="SSH keys" pad={false} actions={shown.length > 0 && !full && add}>
      <p className="px-4 pb-3 text-mute md:px-5">
        {full
          ? `You have ${KEYS_MAX} keys, which is the limit. Remove one to add another.`
          : "These keys can log in to your pods. A pod keeps the keys it was deployed with."}
      </p>
      <div ref={list} tabIndex={-1} className="border-t border-line">
        {keys.isError && !keys.data ? (
          <Failed what="Your keys" error={keys.error} retry={keys.refetch} />
        ) : !keys.data ? (
          <SkeletonRows rows={3} label="Loading your keys" />
        ) : shown.length === 0 ? (
          <Empty icon={<KeyRound size={22} />} title="No SSH keys yet" action={add}>
            Add your computer's public key to log in to the pods you deploy.
          </Empty>
        ) : (
          <ul>
            {shown.map((key) => (
              <Key key={key.id} of={key} onLeave={() => list.current?.focus()} />
            ))}
          </ul>
        )}
      </div>
      <AddKey open={adding} onClose={() => setAdding(false)} known={keys.data?.items ?? []} />
    </Card>
  );
}

function Key({ of: key, onLeave }: { of: Shape<"SshKeyView">; onLeave: () => void }) {
  const client = useQueryClient();
  const remove = async () => {
    await answer(api.DELETE("/api/v2/ssh-keys/{id}", { params: { path: { id: key.id } } }));
    await client.invalidateQueries({ queryKey: ["keys"] });
  };
  const leave = () => {
    removeLater(key, remove);
    onLeave();
  };
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-0 md:px-5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className="min-w-0 font-medium break-words">{key.name}</span>
          <span className="num text-label text-mute">added {date(key.created_at)}</span>
        </p>
        <p className="font-mono text-label break-all text-mute">{key.fingerprint}</p>
      </div>
      <IconButton label={`Remove ${key.name}`} onClick={leave}>
        <Trash2 size={16} aria-hidden />
      </IconButton>
    </li>
  );
}
