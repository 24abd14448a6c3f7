// Who may log in: the keys of the draft, to be changed until the pod is deployed.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "../../api/errors.ts";
import { queries } from "../../api/queries.ts";
import { Card, Failed, SkeletonRows } from "../../ui/index.ts";
import { needsKey } from "../../nouns/key/choose.ts";
import { KeysField } from "../../nouns/key/keys-field.tsx";
import type { Quote } from "./quote.ts";
import { useRequote } from "./use-requote.ts";

interface ReviewKeysProps {
  quote: Quote;
  name: string;
  draftId: string | undefined;
}

export function ReviewKeys({ quote, name, draftId }: ReviewKeysProps) {
  const keys = useQuery(queries.keys());
  const draft = useQuery({ ...queries.draft(draftId ?? ""), enabled: draftId !== undefined });
  const template = useQuery(queries.templates()).data?.items.find(
    ({ id }) => id === quote.template_id,
  );
  const { busy, failure, choose } = useRequote({ quote, name, draftId });
  // Shown at once, while the price for it is on its way.
  const [wanted, setWanted] = useState<readonly string[] | null>(null);
  const change = async (ids: readonly string[]) => {
    setWanted(ids);
    await choose(ids);
    setWanted(null);
  };
  const chosen = wanted ?? (quote.ssh_keys === 0 ? [] : draft.data?.fields.ssh_key_ids);
  return (
    <Card title="SSH keys">
      {keys.data && chosen ? (
        <KeysField
          keys={keys.data.items}
          chosen={chosen}
          needed={needsKey(template)}
          error={failure === null ? null : messageOf(failure)}
          busy={busy}
          onChange={(ids) => void change(ids)}
        />
      ) : keys.isError ? (
        <Failed what="Your SSH keys" error={keys.error} retry={keys.refetch} />
      ) : draftId !== undefined && draft.isPending ? (
        <SkeletonRows rows={2} label="Loading your SSH keys" />
      ) : (
        <p className="num">
          {quote.ssh_keys === 1
            ? "One of your keys may log in."
            : `${quote.ssh_keys} of your keys may log in.`}
        </p>
      )}
    </Card>
  );
}
